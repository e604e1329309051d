package dev.evenkeel.knowledge.ingestion.extract.code;

import dev.evenkeel.knowledge.ingestion.extract.code.Syntax.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Divides a range of lines into statements. A comment right above a statement belongs to it, as do annotations and decorators. */
final class Statements {

    private static final String OPERATORS = "+-*/%&|^=<!:,.?([{~\\";
    private static final String CONTINUATIONS = ".?:+-/&|^=,{)]}";
    private static final Set<String> CONTINUING_WORDS = Set.of("else", "catch", "finally", "extends", "implements");

    /** Words that go on with what a line as far to the left has begun. */
    private static final Set<String> BRANCHES = Set.of("else", "elsif", "rescue", "ensure", "when", "in");

    private final SourceLines lines;
    private final Shape shape;

    Statements(SourceLines lines, Shape shape) {
        this.lines = lines;
        this.shape = shape;
    }

    /**
     * The statements of a block.
     *
     * @param from first line of the block
     * @param to line after its last
     * @param braces depth of braces in the block
     * @param brackets depth of parentheses and brackets in the block
     */
    List<Statement> within(int from, int to, int braces, int brackets) {
        List<Statement> statements = new ArrayList<>();
        int line = from;
        while (line < to) {
            if (lines.isBlank(line)) {
                line++;
                continue;
            }
            int code = line;
            while (code < to && lines.isCommentOnly(code)) {
                code++;
            }
            if (code == to || lines.isBlank(code)) {
                statements.add(new Statement(line, code, code));
                line = code;
            } else {
                int end = lines.isDirective(code)
                        ? endOfDirective(code, to)
                        : shape.isIndented() ? endOfIndented(code, to) : end(code, to, braces, brackets);
                statements.add(new Statement(line, code, end));
                line = end;
            }
        }
        return statements;
    }

    private int end(int code, int to, int braces, int brackets) {
        for (int line = code; line < to; line++) {
            int next = line + 1;
            if (lines.startsInLiteral(next)) {
                continue;
            }
            if (lines.bracesAt(next) < braces) {
                return next;
            }
            boolean closed = lines.bracesAt(next) == braces && lines.bracketsAt(next) <= brackets;
            if (closed && lines.hasCode(line) && terminates(code, line, to)) {
                return next;
            }
        }
        return to;
    }

    private int endOfDirective(int code, int to) {
        int end = code + 1;
        while (end < to && lines.startsInLiteral(end)) {
            end++;
        }
        return end;
    }

    private boolean terminates(int code, int line, int to) {
        char last = lines.lastChar(line);
        if (shape == Shape.SEMICOLON) {
            return last == ';' || last == '}';
        }
        if (shape == Shape.COMMAND) {
            return !continuesCommand(line, last, to);
        }
        return last == ';' || (!endsOpen(line, last) && !isDecorator(code, line, last) && !isContinued(line, to));
    }

    private boolean continuesCommand(int line, char last, int to) {
        boolean bodyFollows = line + 1 < to && lines.firstChar(line + 1) == '{';
        return last == '\\' || last == '|' || lines.code(line).endsWith("&&") || bodyFollows;
    }

    private boolean endsOpen(int line, char last) {
        if (last == '>') {
            return lines.code(line).endsWith("=>");
        }
        boolean importsAll = last == '*' && lines.code(line).startsWith("import ");
        return OPERATORS.indexOf(last) >= 0
                && !importsAll
                && !lines.code(line).endsWith("++")
                && !lines.code(line).endsWith("--");
    }

    private boolean isDecorator(int code, int line, char last) {
        return lines.firstChar(code) == '@'
                && (last == ')' || (line == code && lines.code(line).indexOf(' ') < 0));
    }

    private boolean isContinued(int line, int to) {
        int next = line + 1;
        while (next < to && !lines.hasCode(next)) {
            next++;
        }
        if (next >= to) {
            return false;
        }
        return CONTINUATIONS.indexOf(lines.firstChar(next)) >= 0 || CONTINUING_WORDS.contains(firstWord(next));
    }

    private String firstWord(int line) {
        int start = lines.firstCode(line);
        int end = start;
        while (end < lines.text().length()
                && Character.isJavaIdentifierPart(lines.text().charAt(end))) {
            end++;
        }
        return lines.text().substring(start, end);
    }

    /** The line after the last that is indented deeper than the first or continues it. */
    private int endOfIndented(int code, int to) {
        int base = lines.indentation(code);
        boolean decorated = shape == Shape.INDENTATION && lines.firstChar(code) == '@';
        int last = code;
        for (int line = code + 1; line < to; line++) {
            boolean continued = lines.startsInLiteral(line)
                    || lines.bracketsAt(line) + lines.bracesAt(line) > 0
                    || (lines.lastChar(line - 1) == '\\');
            if (!continued && !lines.hasCode(line)) {
                continue;
            }
            if (!continued && lines.indentation(line) <= base) {
                if (shape == Shape.INDENTATION_AND_END && lines.indentation(line) == base) {
                    String word = firstWord(line);
                    if (BRANCHES.contains(word)) {
                        continue;
                    }
                    if (word.equals("end") || lines.firstChar(line) == '}') {
                        return line + 1;
                    }
                }
                if (!decorated) {
                    break;
                }
                decorated = lines.firstChar(line) == '@';
            }
            last = line;
        }
        return last + 1;
    }
}
