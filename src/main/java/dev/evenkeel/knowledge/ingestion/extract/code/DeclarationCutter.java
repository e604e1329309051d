package dev.evenkeel.knowledge.ingestion.extract.code;

import dev.evenkeel.knowledge.ingestion.extract.code.DeclarationNames.Named;
import dev.evenkeel.knowledge.ingestion.extract.code.Syntax.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Divides a source at its declarations: functions, types with their members, and what stands between them. Every line that is
 * not blank belongs to one piece.
 */
public final class DeclarationCutter {

    private static final int MAX_NESTING = 6;

    /** A call with a body of more lines, such as a test suite or a module wrapper, is divided further. */
    private static final int LARGE_BODY_LINES = 40;

    private static final int MAX_SIGNATURE_CHARS = 400;
    private static final int MAX_NAME_CHARS = 200;

    private static final Pattern ANNOTATION = Pattern.compile(
            "^@(?!interface\\b)[\\w.$]+\\s*(?:\\((?:[^()\"]|\"(?:[^\"\\\\]|\\\\.)*+\"|\\([^()]*\\))*+\\))?\\s*");

    private static final Pattern TYPE_LINE = Pattern.compile("class\\b|module\\b");

    private final SourceLines lines;
    private final Syntax syntax;
    private final Statements statements;
    private final List<Piece> pieces = new ArrayList<>();

    private DeclarationCutter(String text, Syntax syntax) {
        this.lines = SourceScanner.scan(text, syntax);
        this.syntax = syntax;
        this.statements = new Statements(lines, syntax.shape());
    }

    /**
     * A piece of a source.
     *
     * @param start index of the first char of its first line
     * @param path names of the declarations it belongs to, outermost first; empty at the top of a file
     */
    public record Piece(int start, List<String> path) {}

    /**
     * Divides a source into pieces that follow each other, each up to the start of the next.
     *
     * @param text the source with {@code \n} line ends
     * @param language lower-case name of a language that {@link Syntax} knows
     */
    public static List<Piece> cut(String text, String language) {
        Syntax syntax = Syntax.of(language);
        if (syntax == null) {
            throw new IllegalArgumentException("not a language that is divided: " + language);
        }
        DeclarationCutter cutter = new DeclarationCutter(text, syntax);
        cutter.addBlock(0, cutter.lines.count(), 0, 0, List.of(), 0);
        return cutter.pieces;
    }

    private void addBlock(int from, int to, int braces, int brackets, List<String> path, int nesting) {
        boolean grouping = false;
        int previousEnd = from;
        for (Statement statement : statements.within(from, to, braces, brackets)) {
            Named named = statement.to() - statement.code() > 1 ? syntax.names().find(signature(statement)) : null;
            if (named != null || isLarge(statement)) {
                addDeclaration(statement, named, braces, brackets, path, nesting);
                grouping = false;
            } else if (!grouping || statement.from() > previousEnd) {
                // Statements without a blank line between them stay together.
                addPiece(statement.from(), path);
                grouping = true;
            }
            previousEnd = statement.to();
        }
    }

    private boolean isLarge(Statement statement) {
        return statement.to() - statement.code() > LARGE_BODY_LINES;
    }

    private void addDeclaration(
            Statement statement, @Nullable Named named, int braces, int brackets, List<String> path, int nesting) {
        List<String> inner = named == null ? path : append(path, named.path());
        addPiece(statement.from(), inner);
        if (nesting >= MAX_NESTING || (named != null && !named.type())) {
            return;
        }
        if (syntax.shape().isIndented()) {
            if (named != null) {
                addIndentedBody(statement, inner, nesting);
            }
            return;
        }
        int open = bodyOpen(statement, braces, named == null ? Integer.MAX_VALUE : brackets);
        if (open >= 0) {
            int close = lines.bracesAt(statement.to()) <= braces ? statement.to() - 1 : statement.to();
            addBlock(open + 1, close, braces + 1, lines.bracketsAt(open + 1), inner, nesting + 1);
        }
    }

    private void addIndentedBody(Statement statement, List<String> path, int nesting) {
        int body = statement.code();
        while (body < statement.to() && !TYPE_LINE.matcher(lines.code(body)).lookingAt()) {
            body++;
        }
        do {
            body++;
        } while (body < statement.to()
                && (!lines.hasCode(body) || lines.startsInLiteral(body) || lines.bracketsAt(body) > 0));
        while (syntax.shape() == Shape.INDENTATION_AND_END && lines.isCommentOnly(body - 1)) {
            body--;
        }
        boolean closed = syntax.shape() == Shape.INDENTATION_AND_END
                && lines.code(statement.to() - 1).startsWith("end");
        int to = closed ? statement.to() - 1 : statement.to();
        if (body < to) {
            addBlock(body, to, 0, 0, path, nesting + 1);
        }
    }

    /** The line at whose end the statement's body is open, within at most so many brackets; or -1. */
    private int bodyOpen(Statement statement, int braces, int maxBrackets) {
        for (int line = statement.code(); line < statement.to() - 1; line++) {
            int next = line + 1;
            if (lines.bracesAt(next) == braces + 1
                    && lines.bracketsAt(next) <= maxBrackets
                    && lines.lastChar(line) == '{') {
                return line;
            }
        }
        return -1;
    }

    private void addPiece(int line, List<String> path) {
        pieces.add(new Piece(lines.start(line), path));
    }

    private static List<String> append(List<String> path, List<String> names) {
        List<String> all = new ArrayList<>(path);
        for (String name : names) {
            all.add(name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) : name);
        }
        return List.copyOf(all);
    }

    /** The first code of a statement without annotations. */
    private String signature(Statement statement) {
        StringBuilder code = new StringBuilder();
        for (int line = statement.code(); line < statement.to() && code.length() < MAX_SIGNATURE_CHARS; line++) {
            if (lines.hasCode(line)) {
                code.append(code.isEmpty() ? "" : " ").append(lines.code(line));
            }
        }
        String signature = code.substring(0, Math.min(code.length(), MAX_SIGNATURE_CHARS));
        if (syntax.shape().isIndented()) {
            return indentedSignature(statement, signature);
        }
        String bare = ANNOTATION.matcher(signature).replaceFirst("");
        while (bare.length() < signature.length()) {
            signature = bare;
            bare = ANNOTATION.matcher(signature).replaceFirst("");
        }
        return signature;
    }

    /** Decorators of Python stand on lines of their own, in front of the line that counts. */
    private String indentedSignature(Statement statement, String signature) {
        if (syntax.shape() != Shape.INDENTATION || lines.firstChar(statement.code()) != '@') {
            return signature;
        }
        int base = lines.indentation(statement.code());
        for (int line = statement.code() + 1; line < statement.to(); line++) {
            if (lines.hasCode(line)
                    && !lines.startsInLiteral(line)
                    && lines.bracketsAt(line) + lines.bracesAt(line) == 0
                    && lines.indentation(line) == base
                    && lines.firstChar(line) != '@') {
                return lines.code(line);
            }
        }
        return signature;
    }
}
