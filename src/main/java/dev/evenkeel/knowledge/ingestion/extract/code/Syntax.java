package dev.evenkeel.knowledge.ingestion.extract.code;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the scanner must know of a language.
 *
 * @param lineComments what starts a comment to the end of the line
 * @param comment how a comment over lines is written, if it can be
 * @param literals strings and characters, longer openings first
 * @param traits what else is special about it
 * @param heredoc how a text up to a line of its own is announced, if it can be; the first group is that line
 * @param shape how statements end
 * @param names how declarations are recognised
 */
record Syntax(
        List<String> lineComments,
        @Nullable Comment comment,
        List<Literal> literals,
        Set<Trait> traits,
        @Nullable Pattern heredoc,
        Shape shape,
        DeclarationNames names) {

    /** How statements end. */
    enum Shape {
        /** At a semicolon or a closing brace. */
        SEMICOLON,
        /** At a line end that no operator continues. */
        NEWLINE,
        /** At any line end outside braces, except after a backslash or an operator between commands. */
        COMMAND,
        /** Where a line is indented no deeper than the first. */
        INDENTATION,
        /** The same, with a closing {@code end}. */
        INDENTATION_AND_END;

        boolean isIndented() {
            return this == INDENTATION || this == INDENTATION_AND_END;
        }
    }

    /** What is special about a language. */
    enum Trait {
        /** A slash may open a regular expression. */
        REGEX_LITERALS,
        /** Lines that begin with {@code #} are for a preprocessor. */
        DIRECTIVES,
        /** {@code #} opens a comment only where a word begins, and a backslash takes the next char along. */
        WORDS,
        /** A single quote opens a character only where another closes it; otherwise it marks a name. */
        QUOTED_NAMES,
        /** Code stands between tags in a text. */
        TAGGED
    }

    /**
     * A comment over lines.
     *
     * @param nested whether it may hold others
     */
    record Comment(String open, String close, boolean nested) {}

    /** How the end of a literal is known. */
    enum Delimiter {
        /** It is always the same. */
        FIXED,
        /** The opening goes on with a name and a parenthesis, which come again at the end. */
        RAW_NAME,
        /** A name between dollars opens and closes. */
        DOLLAR_NAME
    }

    /**
     * A string or character literal.
     *
     * @param open what opens it
     * @param close what closes it
     * @param escapes whether a backslash takes the next char along
     * @param multiline whether it may go over line ends; otherwise a line end closes it
     * @param interpolated whether <code>${...}</code> in it is code
     * @param delimiter how its end is known
     */
    record Literal(
            String open, String close, boolean escapes, boolean multiline, boolean interpolated, Delimiter delimiter) {

        Literal(String quote, boolean escapes, boolean multiline, boolean interpolated) {
            this(quote, quote, escapes, multiline, interpolated, Delimiter.FIXED);
        }

        static Literal raw(String open, String close) {
            return new Literal(open, close, false, true, false, Delimiter.FIXED);
        }
    }

    private static final Comment C_COMMENT = new Comment("/*", "*/", false);
    private static final Comment NESTED_COMMENT = new Comment("/*", "*/", true);

    private static final Literal DOUBLE_QUOTED = new Literal("\"", true, false, false);
    private static final Literal SINGLE_QUOTED = new Literal("'", true, false, false);
    private static final Literal TRIPLE_DOUBLE = new Literal("\"\"\"", true, true, false);
    private static final Literal TRIPLE_SINGLE = new Literal("'''", true, true, false);
    private static final Literal RAW_BACKTICK = new Literal("`", false, true, false);
    private static final Literal TEMPLATE = new Literal("`", true, true, true);
    private static final Literal LONG_DOUBLE = new Literal("\"", true, true, false);
    private static final Literal LONG_SINGLE = new Literal("'", true, true, false);
    private static final Literal RAW_SINGLE = Literal.raw("'", "'");
    private static final Literal RAW_DOUBLE = Literal.raw("\"", "\"");

    static final Syntax JAVA = new Syntax(
            List.of("//"),
            C_COMMENT,
            List.of(TRIPLE_DOUBLE, DOUBLE_QUOTED, SINGLE_QUOTED),
            Set.of(),
            null,
            Shape.SEMICOLON,
            DeclarationNames.JAVA);

    static final Syntax GO = new Syntax(
            List.of("//"),
            C_COMMENT,
            List.of(DOUBLE_QUOTED, SINGLE_QUOTED, RAW_BACKTICK),
            Set.of(),
            null,
            Shape.NEWLINE,
            DeclarationNames.GO);

    static final Syntax TYPESCRIPT = new Syntax(
            List.of("//"),
            C_COMMENT,
            List.of(DOUBLE_QUOTED, SINGLE_QUOTED, TEMPLATE),
            Set.of(Trait.REGEX_LITERALS),
            null,
            Shape.NEWLINE,
            DeclarationNames.TYPESCRIPT);

    static final Syntax PYTHON = new Syntax(
            List.of("#"),
            null,
            List.of(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE_QUOTED, SINGLE_QUOTED),
            Set.of(),
            null,
            Shape.INDENTATION,
            DeclarationNames.PYTHON);

    static final Syntax C = new Syntax(
            List.of("//"),
            C_COMMENT,
            List.of(new Literal("R\"", "\"", false, true, false, Delimiter.RAW_NAME), DOUBLE_QUOTED, SINGLE_QUOTED),
            Set.of(Trait.DIRECTIVES, Trait.QUOTED_NAMES),
            null,
            Shape.SEMICOLON,
            DeclarationNames.C);

    static final Syntax CSHARP = new Syntax(
            List.of("//"),
            C_COMMENT,
            List.of(
                    Literal.raw("\"\"\"", "\"\"\""),
                    Literal.raw("$@\"", "\""),
                    Literal.raw("@$\"", "\""),
                    Literal.raw("@\"", "\""),
                    DOUBLE_QUOTED,
                    SINGLE_QUOTED),
            Set.of(Trait.DIRECTIVES, Trait.QUOTED_NAMES),
            null,
            Shape.SEMICOLON,
            DeclarationNames.CSHARP);

    static final Syntax RUST = new Syntax(
            List.of("//"),
            NESTED_COMMENT,
            List.of(
                    Literal.raw("r##\"", "\"##"),
                    Literal.raw("r#\"", "\"#"),
                    Literal.raw("r\"", "\""),
                    LONG_DOUBLE,
                    SINGLE_QUOTED),
            Set.of(Trait.QUOTED_NAMES),
            null,
            Shape.SEMICOLON,
            DeclarationNames.RUST);

    static final Syntax KOTLIN = new Syntax(
            List.of("//"),
            NESTED_COMMENT,
            List.of(new Literal("\"\"\"", false, true, true), new Literal("\"", true, false, true), SINGLE_QUOTED),
            Set.of(),
            null,
            Shape.NEWLINE,
            DeclarationNames.KOTLIN);

    static final Syntax RUBY = new Syntax(
            List.of("#"),
            new Comment("=begin", "=end", false),
            List.of(LONG_DOUBLE, LONG_SINGLE),
            Set.of(Trait.REGEX_LITERALS),
            Pattern.compile("<<[~-]?[\"']?([A-Z_][A-Z0-9_]*)[\"']?"),
            Shape.INDENTATION_AND_END,
            DeclarationNames.RUBY);

    static final Syntax PHP = new Syntax(
            List.of("//", "#"),
            C_COMMENT,
            List.of(Literal.raw("?>", "<?"), LONG_DOUBLE, LONG_SINGLE, RAW_BACKTICK),
            Set.of(Trait.TAGGED),
            Pattern.compile("<<<\\s*[\"']?(\\w+)[\"']?"),
            Shape.SEMICOLON,
            DeclarationNames.PHP);

    static final Syntax SQL = new Syntax(
            List.of("--"),
            NESTED_COMMENT,
            List.of(
                    new Literal("$", "$", false, true, false, Delimiter.DOLLAR_NAME),
                    RAW_SINGLE,
                    RAW_DOUBLE,
                    RAW_BACKTICK),
            Set.of(),
            null,
            Shape.SEMICOLON,
            DeclarationNames.SQL);

    static final Syntax SHELL = new Syntax(
            List.of("#"),
            null,
            List.of(LONG_DOUBLE, RAW_SINGLE),
            Set.of(Trait.WORDS),
            Pattern.compile("<<-?(?!<)\\s*[\"']?([A-Za-z_]\\w*)[\"']?"),
            Shape.COMMAND,
            DeclarationNames.SHELL);

    /** Words after which a slash opens a regular expression rather than divides. */
    static final Set<String> BEFORE_REGEX = Set.of(
            "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "await", "yield",
            "if", "unless", "when", "and", "or", "not", "while", "until");

    boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** The syntax of a language by its lower-case name, or null when it is not known. */
    static @Nullable Syntax of(String language) {
        return switch (language) {
            case "java" -> JAVA;
            case "go" -> GO;
            case "typescript", "javascript" -> TYPESCRIPT;
            case "python" -> PYTHON;
            case "c", "cpp" -> C;
            case "csharp" -> CSHARP;
            case "rust" -> RUST;
            case "kotlin" -> KOTLIN;
            case "ruby" -> RUBY;
            case "php" -> PHP;
            case "sql" -> SQL;
            case "shell" -> SHELL;
            default -> null;
        };
    }
}
