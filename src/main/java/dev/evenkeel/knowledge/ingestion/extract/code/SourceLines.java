package dev.evenkeel.knowledge.ingestion.extract.code;

import java.util.Arrays;

/** The lines of a source with what the scanner found out about each. */
final class SourceLines {

    /** No code char on the line. */
    private static final int NONE = -1;

    private final String text;
    private int[] starts = new int[256];
    /** Depth of braces, and of parentheses and brackets, at the start of each line. */
    private int[] braces = new int[256];

    private int[] brackets = new int[256];
    private int[] firstCode = new int[256];
    private int[] lastCode = new int[256];
    private boolean[] inLiteral = new boolean[256];
    private boolean[] comment = new boolean[256];
    private boolean[] directive = new boolean[256];
    private int count;

    SourceLines(String text) {
        this.text = text;
    }

    void begin(int start, int braceDepth, int bracketDepth, boolean insideLiteral) {
        if (count + 1 >= starts.length) {
            int capacity = starts.length * 2;
            starts = Arrays.copyOf(starts, capacity);
            braces = Arrays.copyOf(braces, capacity);
            brackets = Arrays.copyOf(brackets, capacity);
            firstCode = Arrays.copyOf(firstCode, capacity);
            lastCode = Arrays.copyOf(lastCode, capacity);
            inLiteral = Arrays.copyOf(inLiteral, capacity);
            comment = Arrays.copyOf(comment, capacity);
            directive = Arrays.copyOf(directive, capacity);
        }
        starts[count] = start;
        braces[count] = braceDepth;
        brackets[count] = bracketDepth;
        inLiteral[count] = insideLiteral;
        firstCode[count] = NONE;
        lastCode[count] = NONE;
        comment[count] = false;
        directive[count] = false;
        count++;
    }

    /** Marks the end of the text, so that the depth after the last line is known. */
    void finish(int braceDepth, int bracketDepth) {
        begin(text.length(), braceDepth, bracketDepth, false);
        count--;
    }

    void markCode(int position) {
        int line = count - 1;
        if (firstCode[line] == NONE) {
            firstCode[line] = position;
        }
        lastCode[line] = position;
    }

    void markComment() {
        comment[count - 1] = true;
    }

    void markDirective() {
        directive[count - 1] = true;
    }

    /** Whether the line is for the preprocessor. */
    boolean isDirective(int line) {
        return directive[line];
    }

    /** Whether there was code on the line that is being read. */
    boolean hasCodeOnLast() {
        return hasCode(count - 1);
    }

    int count() {
        return count;
    }

    String text() {
        return text;
    }

    int start(int line) {
        return starts[line];
    }

    int bracesAt(int line) {
        return braces[line];
    }

    int bracketsAt(int line) {
        return brackets[line];
    }

    /** Whether the line starts inside a string that goes over lines. */
    boolean startsInLiteral(int line) {
        return line < count && inLiteral[line];
    }

    boolean hasCode(int line) {
        return firstCode[line] != NONE;
    }

    boolean isCommentOnly(int line) {
        return comment[line] && !hasCode(line);
    }

    boolean isBlank(int line) {
        return !hasCode(line) && !comment[line];
    }

    int firstCode(int line) {
        return firstCode[line];
    }

    char firstChar(int line) {
        return hasCode(line) ? text.charAt(firstCode[line]) : 0;
    }

    char lastChar(int line) {
        return hasCode(line) ? text.charAt(lastCode[line]) : 0;
    }

    /** The code of a line from its first to its last code char, with comments between them. */
    String code(int line) {
        return hasCode(line) ? text.substring(firstCode[line], lastCode[line] + 1) : "";
    }

    /** Columns before the first code char; a tab goes to the next multiple of eight. */
    int indentation(int line) {
        int column = 0;
        for (int i = starts[line]; i < firstCode[line]; i++) {
            column = text.charAt(i) == '\t' ? (column / 8 + 1) * 8 : column + 1;
        }
        return column;
    }
}
