package dev.evenkeel.knowledge.ingestion.extract.code;

import java.util.List;
import java.util.Set;

/**
 * What the scanner must know of a language.
 *
 * @param lineComment what starts a comment to the end of the line
 * @param blockComments whether {@code /* ... *}{@code /} is a comment
 * @param literals strings and characters, longer openings first
 * @param regexLiterals whether a slash may open a regular expression
 * @param shape how statements end
 * @param names how declarations are recognised
 */
record Syntax(
        String lineComment,
        boolean blockComments,
        List<Literal> literals,
        boolean regexLiterals,
        Shape shape,
        DeclarationNames names) {

    /** How statements end. */
    enum Shape {
        /** At a semicolon or a closing brace. */
        SEMICOLON,
        /** At a line end that no operator continues. */
        NEWLINE,
        /** Where a line is indented no deeper than the first. */
        INDENTATION
    }

    /**
     * A string or character literal.
     *
     * @param quote what opens and closes it
     * @param escapes whether a backslash takes the next char along
     * @param multiline whether it may go over line ends; otherwise a line end closes it
     * @param interpolated whether <code>${...}</code> in it is code
     */
    record Literal(String quote, boolean escapes, boolean multiline, boolean interpolated) {}

    private static final Literal DOUBLE_QUOTED = new Literal("\"", true, false, false);
    private static final Literal SINGLE_QUOTED = new Literal("'", true, false, false);
    private static final Literal TRIPLE_DOUBLE = new Literal("\"\"\"", true, true, false);
    private static final Literal TRIPLE_SINGLE = new Literal("'''", true, true, false);
    private static final Literal RAW_BACKTICK = new Literal("`", false, true, false);
    private static final Literal TEMPLATE = new Literal("`", true, true, true);

    static final Syntax JAVA = new Syntax(
            "//",
            true,
            List.of(TRIPLE_DOUBLE, DOUBLE_QUOTED, SINGLE_QUOTED),
            false,
            Shape.SEMICOLON,
            DeclarationNames.JAVA);

    static final Syntax GO = new Syntax(
            "//", true, List.of(DOUBLE_QUOTED, SINGLE_QUOTED, RAW_BACKTICK), false, Shape.NEWLINE, DeclarationNames.GO);

    static final Syntax TYPESCRIPT = new Syntax(
            "//",
            true,
            List.of(DOUBLE_QUOTED, SINGLE_QUOTED, TEMPLATE),
            true,
            Shape.NEWLINE,
            DeclarationNames.TYPESCRIPT);

    static final Syntax PYTHON = new Syntax(
            "#",
            false,
            List.of(TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE_QUOTED, SINGLE_QUOTED),
            false,
            Shape.INDENTATION,
            DeclarationNames.PYTHON);

    /** Words after which a slash opens a regular expression rather than divides. */
    static final Set<String> BEFORE_REGEX = Set.of(
            "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "await", "yield");

    /** The syntax of a language by its lower-case name, or null when it is not known. */
    static @org.jspecify.annotations.Nullable Syntax of(String language) {
        return switch (language) {
            case "java" -> JAVA;
            case "go" -> GO;
            case "typescript", "javascript" -> TYPESCRIPT;
            case "python" -> PYTHON;
            default -> null;
        };
    }
}
