package dev.evenkeel.knowledge.ingestion.extract.code;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises declarations by the start of a statement, without annotations.
 *
 * @param types patterns of declarations that have members of their own; the last group is the name
 * @param members patterns of functions, methods and the like; the groups that matched are the path of names
 */
record DeclarationNames(List<Pattern> types, List<Pattern> members) {

    private static final String TS_MODIFIERS =
            "(?:(?:export|default|declare|abstract|async|public|private|protected|static|readonly|override|accessor)\\s+)*+";

    static final DeclarationNames JAVA = new DeclarationNames(
            List.of(Pattern.compile("^(?:[\\w-]+\\s+)*?(?:class|interface|enum|record|@interface)\\s+(\\w+)")),
            List.of(
                    Pattern.compile("^[^=;{(]*?(\\w+)\\s*\\("),
                    Pattern.compile("^(?:(?:public|private|protected)\\s+)?([A-Z]\\w*)\\s*\\{")));

    static final DeclarationNames GO = new DeclarationNames(
            List.of(),
            List.of(
                    Pattern.compile("^func\\s*\\(\\s*(?:\\w+\\s+)?\\*?\\s*(\\w+)[^)]*\\)\\s*(\\w+)"),
                    Pattern.compile("^func\\s+(\\w+)"),
                    Pattern.compile("^type\\s+(\\w+)")));

    static final DeclarationNames TYPESCRIPT = new DeclarationNames(
            List.of(Pattern.compile("^" + TS_MODIFIERS + "(?:class|namespace|module)\\s+([\\w$.]+)")),
            List.of(
                    Pattern.compile("^" + TS_MODIFIERS
                            + "(?:function\\b\\s*\\*?|interface\\s|type\\s|(?:const\\s+)?enum\\s)\\s*([\\w$]+)"),
                    Pattern.compile("^" + TS_MODIFIERS + "(?:const|let|var)\\s+([\\w$]+)"),
                    Pattern.compile("^(?:module\\.)?exports\\.([\\w$]+)\\s*="),
                    Pattern.compile("^([\\w$]+)\\.prototype\\.([\\w$]+)\\s*="),
                    Pattern.compile("^(?!module\\.)([\\w$]+)\\.([\\w$]+)\\s*=(?!=)"),
                    Pattern.compile(
                            "^" + TS_MODIFIERS
                                    + "(?:(?:get|set)\\s+)?\\*?\\s*(?!(?:if|for|while|switch|catch|with|return)\\b)(#?[\\w$]+)\\s*(?:<[^<>(){}]*>)?\\s*\\([^;]*\\{"),
                    Pattern.compile("^" + TS_MODIFIERS + "(#?[\\w$]+)\\s*[?!]?\\s*(?::[^=;]*)?=(?!=)")));

    static final DeclarationNames PYTHON = new DeclarationNames(
            List.of(Pattern.compile("^class\\s+(\\w+)")), List.of(Pattern.compile("^(?:async\\s+)?def\\s+(\\w+)")));

    private static final String CPP_PREFIX =
            "^(?:(?:public|private|protected)(?:\\s+\\w+)?\\s*:\\s*)*(?:template\\s*<(?:[^<>]++|<(?:[^<>]++|<[^<>]*+>)*+>)*+>\\s*)*+(?:\\[\\[[^\\]]*\\]\\]\\s*)*";

    static final DeclarationNames C = new DeclarationNames(
            List.of(
                    Pattern.compile(
                            CPP_PREFIX
                                    + "(?:(?:typedef|static|inline|const|export)\\s+)*(?:class|struct|union|namespace|enum(?:\\s+(?:class|struct))?)\\s+(?:(?:\\[\\[[^\\]]*\\]\\]|[A-Z][A-Z0-9_]+(?:\\([^)]*\\))?)\\s+(?=(?!final\\b)\\w))*+([\\w:]+)(?=[^;()=]*\\{)")),
            List.of(
                    Pattern.compile("^#\\s*define\\s+(\\w+)"),
                    Pattern.compile(CPP_PREFIX
                            + "[^=;{(#]*?((?:\\w+(?:<[^<>()]*>)?::)*operator\\s*(?:\\(\\)|[^\\s\\w(]+|\\w+))\\s*\\("),
                    Pattern.compile(CPP_PREFIX + "[^=;{(#]*?((?:\\w+(?:<[^<>()]*>)?::)*~?\\w+)\\s*\\(")));

    private static final String CSHARP_PREFIX =
            "^(?:\\[[^\\]]*\\]\\s*)*(?:(?:public|private|protected|internal|static|abstract|sealed|partial|readonly|ref|unsafe|new|file)\\s+)*+";

    static final DeclarationNames CSHARP = new DeclarationNames(
            List.of(Pattern.compile(CSHARP_PREFIX
                    + "(?:class|struct|interface|enum|record(?:\\s+(?:class|struct))?|namespace)\\s+([\\w.]+)")),
            List.of(
                    Pattern.compile(
                            CSHARP_PREFIX + "[^=;{(\\[]*?(operator\\s*[^\\s\\w(]+|\\w+)\\s*(?:<[^<>(){}]*>)?\\s*\\("),
                    Pattern.compile(CSHARP_PREFIX + "[^=;{(]*?(\\w+)(?:\\[[^\\]]*\\])?\\s*(?:\\{|=>)")));

    private static final String RUST_PREFIX =
            "^(?:#!?\\[[^\\]]*\\]\\s*)*(?:pub(?:\\([^)]*\\))?\\s+)?(?:(?:unsafe|default|auto)\\s+)*+";
    private static final String RUST_GENERICS = "(?:\\s*<(?:[^<>]++|<(?:[^<>]++|<[^<>]*+>)*+>)*+>)?";

    static final DeclarationNames RUST = new DeclarationNames(
            List.of(
                    Pattern.compile(RUST_PREFIX + "(?:trait|mod|struct|enum|union)\\s+(\\w+)"),
                    Pattern.compile(RUST_PREFIX + "impl" + RUST_GENERICS
                            + "\\s+[^{;]*?\\bfor\\s+&?(?:'\\w+\\s+)?(?:mut\\s+)?((?:\\w+::)*\\w+)"),
                    Pattern.compile(RUST_PREFIX + "impl" + RUST_GENERICS + "\\s+((?:\\w+::)*\\w+)")),
            List.of(
                    Pattern.compile(
                            RUST_PREFIX + "(?:(?:const|async|unsafe|extern(?:\\s+\"[^\"]*\")?)\\s+)*fn\\s+(\\w+)"),
                    Pattern.compile("^(?:#\\[[^\\]]*\\]\\s*)*macro_rules!\\s*(\\w+)"),
                    Pattern.compile(RUST_PREFIX + "(?:const|static|type)\\s+(?:mut\\s+)?(\\w+)")));

    private static final String KOTLIN_PREFIX =
            "^(?:(?:public|private|internal|protected|open|abstract|final|sealed|data|inner|enum|annotation|value|inline|noinline|override|suspend|operator|infix|tailrec|external|lateinit|const|expect|actual)\\s+)*+";

    static final DeclarationNames KOTLIN = new DeclarationNames(
            List.of(
                    Pattern.compile(KOTLIN_PREFIX + "(companion)\\s+object\\s*(?::[^{]*)?\\{"),
                    Pattern.compile(KOTLIN_PREFIX + "(?:companion\\s+|fun\\s+)?(?:class|interface|object)\\s+(\\w+)")),
            List.of(
                    Pattern.compile(
                            KOTLIN_PREFIX + "fun\\s+(?:<[^{(=]*?>\\s*)?(?:[\\w<>?,. ]+\\.)?(\\w+|`[^`]+`)\\s*\\("),
                    Pattern.compile(KOTLIN_PREFIX + "(?:val|var)\\s+(?:<[^{(=]*?>\\s*)?(?:[\\w<>?,]+\\.)*(\\w+)"),
                    Pattern.compile(KOTLIN_PREFIX + "typealias\\s+(\\w+)"),
                    Pattern.compile(KOTLIN_PREFIX + "(constructor|init)\\b")));

    static final DeclarationNames RUBY = new DeclarationNames(
            List.of(Pattern.compile("^(?:class|module)\\s+(?:<<\\s*)?([\\w:]+)")),
            List.of(
                    Pattern.compile(
                            "^(?:(?:private|protected|public|private_class_method|memoize)\\s+)*def\\s+(?:\\w+\\.)?(\\w+[?!=]?|[^\\s\\w(]+)"),
                    Pattern.compile("^([A-Z]\\w*)\\s*=(?!=)")));

    private static final String PHP_PREFIX =
            "^(?:<\\?(?:php)?\\s+)?(?:#\\[[^\\]]*\\]\\s*)*(?:(?:public|private|protected|static|abstract|final|readonly)\\s+)*+";

    static final DeclarationNames PHP = new DeclarationNames(
            List.of(Pattern.compile(PHP_PREFIX + "(?:class|interface|trait|enum)\\s+(\\w+)")),
            List.of(
                    Pattern.compile(PHP_PREFIX + "function\\s+&?\\s*(\\w+)"),
                    Pattern.compile(PHP_PREFIX + "const\\s+(?:\\w+\\s+)?(\\w+)\\s*=")));

    static final DeclarationNames SQL = new DeclarationNames(
            List.of(),
            List.of(Pattern.compile(
                    "^(?:create|alter)\\s+(?:or\\s+(?:replace|alter)\\s+)?(?:(?:global|local|temp|temporary|unlogged|unique|materialized|external|virtual|recursive|constraint|aggregate|foreign|definer\\s*=\\s*\\S+)\\s+)*+(?:table|view|function|procedure|proc|trigger|index|type|sequence|schema|domain|package(?:\\s+body)?|policy|rule|event)\\s+(?:concurrently\\s+)?(?:if\\s+(?:not\\s+)?exists\\s+)?(?:only\\s+)?([\\w.$\"`\\[\\]]+)",
                    Pattern.CASE_INSENSITIVE)));

    static final DeclarationNames SHELL = new DeclarationNames(
            List.of(),
            List.of(Pattern.compile("^function\\s+([\\w:.-]+)"), Pattern.compile("^([\\w:.-]+)\\s*\\(\\s*\\)")));

    /** A recognised declaration. */
    record Named(List<String> path, boolean type) {}

    /** What a signature declares, or null when it is no declaration with a name. */
    @Nullable Named find(String signature) {
        for (Pattern pattern : types) {
            Matcher matcher = pattern.matcher(signature);
            if (matcher.find()) {
                return new Named(List.of(matcher.group(matcher.groupCount())), true);
            }
        }
        for (Pattern pattern : members) {
            Matcher matcher = pattern.matcher(signature);
            if (matcher.find()) {
                String first = matcher.group(1);
                return new Named(matcher.groupCount() == 2 ? List.of(first, matcher.group(2)) : List.of(first), false);
            }
        }
        return null;
    }
}
