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
