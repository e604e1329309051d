package dev.evenkeel.knowledge.ingestion.extract.code;

import dev.evenkeel.knowledge.ingestion.extract.code.Syntax.Literal;

/**
 * Reads a source once, char by char, and tells for every line how deep in braces and brackets it starts, whether it starts inside a
 * string, and where its code begins and ends. It knows comments and literals and nothing else of a language, so broken code is as good as any.
 */
final class SourceScanner {

    /** Templates within templates beyond this depth are taken as plain text. */
    private static final int MAX_TEMPLATE_DEPTH = 32;

    private final String text;
    private final Syntax syntax;
    private final SourceLines lines;
    private int position;
    private int braces;
    private int brackets;
    private int templateDepth;

    private SourceScanner(String text, Syntax syntax) {
        this.text = text;
        this.syntax = syntax;
        this.lines = new SourceLines(text);
    }

    static SourceLines scan(String text, Syntax syntax) {
        SourceScanner scanner = new SourceScanner(text, syntax);
        scanner.lines.begin(0, 0, 0, false);
        while (scanner.position < text.length()) {
            scanner.step();
        }
        scanner.lines.finish(scanner.braces, scanner.brackets);
        return scanner.lines;
    }

    private void step() {
        char c = text.charAt(position);
        if (c == '\n') {
            newLine(false);
        } else if (Character.isWhitespace(c)) {
            position++;
        } else if (text.startsWith(syntax.lineComment(), position)) {
            lines.markComment();
            skipToLineEnd();
        } else if (c == '/' && syntax.blockComments() && text.startsWith("/*", position)) {
            skipBlockComment();
        } else if (!skipLiteral()) {
            updateDepth(c);
            lines.markCode(position);
            position++;
        }
    }

    private void newLine(boolean insideLiteral) {
        position++;
        if (templateDepth == 0) {
            lines.begin(position, braces, brackets, insideLiteral);
        } else {
            lines.begin(position, braces, brackets, true);
        }
    }

    private void updateDepth(char c) {
        if (templateDepth > 0) {
            return;
        }
        switch (c) {
            case '{' -> braces++;
            case '}' -> braces = Math.max(0, braces - 1);
            case '(', '[' -> brackets++;
            case ')', ']' -> brackets = Math.max(0, brackets - 1);
            default -> {}
        }
    }

    private void skipToLineEnd() {
        int newline = text.indexOf('\n', position);
        position = newline < 0 ? text.length() : newline;
    }

    private void skipBlockComment() {
        int close = text.indexOf("*/", position + 2);
        int end = close < 0 ? text.length() : close + 2;
        lines.markComment();
        while (position < end) {
            if (text.charAt(position) == '\n') {
                newLine(false);
                lines.markComment();
            } else {
                position++;
            }
        }
    }

    /** Skips a literal that starts here; false when none does. */
    private boolean skipLiteral() {
        for (Literal literal : syntax.literals()) {
            if (text.startsWith(literal.quote(), position)) {
                skip(literal);
                return true;
            }
        }
        return syntax.regexLiterals() && text.charAt(position) == '/' && skipRegex();
    }

    private void skip(Literal literal) {
        lines.markCode(position);
        position += literal.quote().length();
        while (position < text.length()) {
            char c = text.charAt(position);
            if (text.startsWith(literal.quote(), position)) {
                position += literal.quote().length();
                lines.markCode(position - 1);
                return;
            }
            if (c == '\n') {
                if (!literal.multiline()) {
                    return;
                }
                newLine(true);
            } else if (c == '\\' && literal.escapes() && position + 1 < text.length()) {
                skipEscape();
            } else if (literal.interpolated()
                    && templateDepth < MAX_TEMPLATE_DEPTH
                    && text.startsWith("${", position)) {
                skipInterpolation();
            } else {
                if (!Character.isWhitespace(c)) {
                    lines.markCode(position);
                }
                position++;
            }
        }
    }

    private void skipEscape() {
        lines.markCode(position);
        position++;
        if (text.charAt(position) == '\n') {
            newLine(true);
        } else {
            position++;
        }
    }

    private void skipInterpolation() {
        templateDepth++;
        position += 2;
        int open = 1;
        while (position < text.length() && open > 0) {
            char c = text.charAt(position);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                position++;
            } else {
                step();
            }
        }
        templateDepth--;
    }

    /** Skips a regular expression when the slash opens one that ends on the same line. */
    private boolean skipRegex() {
        if (!mayBeRegex()) {
            return false;
        }
        boolean inClass = false;
        for (int i = position + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                inClass = true;
            } else if (c == ']') {
                inClass = false;
            } else if (c == '/' && !inClass) {
                lines.markCode(position);
                lines.markCode(i);
                position = i + 1;
                return true;
            }
        }
        return false;
    }

    private boolean mayBeRegex() {
        if (text.startsWith("/>", position)) {
            return false;
        }
        int i = position - 1;
        while (i >= 0 && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i--;
        }
        if (i < 0 || text.charAt(i) == '\n') {
            return true;
        }
        char before = text.charAt(i);
        if (Character.isJavaIdentifierPart(before)) {
            int start = i;
            while (start > 0 && i - start < 10 && Character.isJavaIdentifierPart(text.charAt(start - 1))) {
                start--;
            }
            return Syntax.BEFORE_REGEX.contains(text.substring(start, i + 1));
        }
        return "(,=:[!&|?{;+-*%~^".indexOf(before) >= 0;
    }
}
