package dev.evenkeel.knowledge.ingestion.extract.code;

import dev.evenkeel.knowledge.ingestion.extract.code.Syntax.Comment;
import dev.evenkeel.knowledge.ingestion.extract.code.Syntax.Literal;
import dev.evenkeel.knowledge.ingestion.extract.code.Syntax.Trait;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a source once, char by char, and tells for every line how deep in braces and brackets it starts, whether it starts inside a
 * string, and where its code begins and ends. It knows comments and literals and nothing else of a language, so broken code is as good as any.
 */
final class SourceScanner {

    /** Templates within templates beyond this depth are taken as plain text. */
    private static final int MAX_TEMPLATE_DEPTH = 32;

    private static final int MAX_DELIMITER_CHARS = 63;

    /** A text up to a line of its own is looked for this far, and after so many vain searches no more. */
    private static final int MAX_HEREDOC_CHARS = 1 << 18;

    private static final int MAX_MISSED_HEREDOCS = 50;

    private final String text;
    private final Syntax syntax;
    private final SourceLines lines;
    private int position;
    private int braces;
    private int brackets;
    private int templateDepth;
    private int missedHeredocs;

    /** Start of the line that ends a text announced on this line; -1 without one. */
    private int heredocEnd = -1;

    /** Braces and brackets at the start of each open condition of the preprocessor. */
    private final Deque<int[]> branches = new ArrayDeque<>();

    private SourceScanner(String text, Syntax syntax) {
        this.text = text;
        this.syntax = syntax;
        this.lines = new SourceLines(text);
    }

    static SourceLines scan(String text, Syntax syntax) {
        SourceScanner scanner = new SourceScanner(text, syntax);
        scanner.lines.begin(0, 0, 0, false);
        scanner.skipTextInFrontOfTags();
        while (scanner.position < text.length()) {
            scanner.step();
        }
        scanner.lines.finish(scanner.braces, scanner.brackets);
        return scanner.lines;
    }

    private void step() {
        char c = text.charAt(position);
        Comment comment = syntax.comment();
        if (c == '\n') {
            newLine(false);
        } else if (Character.isWhitespace(c)) {
            position++;
        } else if (startsLineComment(c)) {
            lines.markComment();
            skipToLineEnd();
        } else if (comment != null && text.startsWith(comment.open(), position)) {
            skipComment(comment);
        } else if (c == '#' && syntax.is(Trait.DIRECTIVES) && !lines.hasCodeOnLast()) {
            skipDirective();
        } else if (c == '\\' && syntax.is(Trait.WORDS) && position + 1 < text.length()) {
            lines.markCode(position);
            position += text.charAt(position + 1) == '\n' ? 1 : 2;
        } else if (!skipHeredoc() && !skipLiteral()) {
            updateDepth(c);
            lines.markCode(position);
            position++;
        }
    }

    private boolean startsLineComment(char c) {
        for (String mark : syntax.lineComments()) {
            if (c == mark.charAt(0) && text.startsWith(mark, position)) {
                return !syntax.is(Trait.WORDS) || beginsWord();
            }
        }
        return false;
    }

    private boolean beginsWord() {
        return position == 0 || " \t\n;|&(".indexOf(text.charAt(position - 1)) >= 0;
    }

    private void newLine(boolean insideLiteral) {
        position++;
        if (heredocEnd >= position) {
            skipHeredocLines();
            return;
        }
        if (templateDepth == 0) {
            lines.begin(position, braces, brackets, insideLiteral);
        } else {
            lines.begin(position, braces, brackets, true);
        }
    }

    private void skipHeredocLines() {
        while (position < heredocEnd) {
            lines.begin(position, braces, brackets, true);
            int newline = text.indexOf('\n', position);
            for (int i = position; i < newline; i++) {
                if (!Character.isWhitespace(text.charAt(i))) {
                    lines.markCode(i);
                }
            }
            position = newline + 1;
        }
        heredocEnd = -1;
        lines.begin(position, braces, brackets, true);
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

    private void skipComment(Comment comment) {
        int end = endOf(comment);
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

    private int endOf(Comment comment) {
        int open = 1;
        int from = position + comment.open().length();
        int inner = from - 1;
        while (open > 0) {
            int close = text.indexOf(comment.close(), from);
            if (close < 0) {
                return text.length();
            }
            if (comment.nested() && inner >= 0 && inner < from) {
                inner = text.indexOf(comment.open(), from);
            }
            boolean opens = comment.nested() && inner >= 0 && inner < close;
            open += opens ? 1 : -1;
            from = opens
                    ? inner + comment.open().length()
                    : close + comment.close().length();
        }
        return from;
    }

    /** Skips a line for the preprocessor with the lines it goes on over. */
    private void skipDirective() {
        lines.markDirective();
        followBranch();
        while (position < text.length()) {
            char c = text.charAt(position);
            if (c == '\n') {
                if (text.charAt(position - 1) != '\\') {
                    return;
                }
                newLine(true);
                continue;
            }
            if (text.startsWith("//", position) || text.startsWith("/*", position)) {
                return;
            }
            if (!Character.isWhitespace(c)) {
                lines.markCode(position);
            }
            position++;
        }
    }

    /** Each branch of a condition begins as deep in braces as the first, since only one of them counts. */
    private void followBranch() {
        int word = position + 1;
        while (word < text.length() && (text.charAt(word) == ' ' || text.charAt(word) == '\t')) {
            word++;
        }
        if (text.startsWith("if", word)) {
            branches.push(new int[] {braces, brackets});
        } else if (text.startsWith("el", word) && !branches.isEmpty()) {
            braces = branches.element()[0];
            brackets = branches.element()[1];
        } else if (text.startsWith("endif", word) && !branches.isEmpty()) {
            branches.pop();
        }
    }

    /** Skips the announcement of a text up to a line of its own, and with the line's end that text. */
    private boolean skipHeredoc() {
        Pattern pattern = syntax.heredoc();
        if (pattern == null || text.charAt(position) != '<' || missedHeredocs >= MAX_MISSED_HEREDOCS) {
            return false;
        }
        Matcher matcher = pattern.matcher(text).region(position, Math.min(text.length(), position + 100));
        if (!matcher.lookingAt()) {
            return false;
        }
        int end = endOfHeredoc(matcher.end(), matcher.group(1));
        if (end < 0) {
            missedHeredocs++;
            return false;
        }
        lines.markCode(position);
        position = matcher.end();
        lines.markCode(position - 1);
        heredocEnd = end;
        return true;
    }

    /** The start of the line that ends such a text, or -1 when there is none nearby. */
    private int endOfHeredoc(int from, String word) {
        int line = text.indexOf('\n', from);
        while (line >= 0 && line - from < MAX_HEREDOC_CHARS) {
            int start = line + 1;
            while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
                start++;
            }
            int after = start + word.length();
            boolean ends = text.startsWith(word, start)
                    && (after >= text.length() || !Character.isJavaIdentifierPart(text.charAt(after)));
            if (ends) {
                return line + 1;
            }
            line = text.indexOf('\n', line + 1);
        }
        return -1;
    }

    private void skipTextInFrontOfTags() {
        if (syntax.is(Trait.TAGGED) && !text.startsWith("<?")) {
            skip(syntax.literals().get(0), "<?");
        }
    }

    /** Skips a literal that starts here; false when none does. */
    private boolean skipLiteral() {
        for (Literal literal : syntax.literals()) {
            if (text.startsWith(literal.open(), position)) {
                int opened = endOfOpening(literal);
                if (opened > 0) {
                    String close = closing(literal, opened);
                    lines.markCode(position);
                    position = opened;
                    skip(literal, close);
                    return true;
                }
            }
        }
        return syntax.is(Trait.REGEX_LITERALS) && text.charAt(position) == '/' && skipRegex();
    }

    /** Where the content of the literal begins that opens here, or -1 when it is none after all. */
    private int endOfOpening(Literal literal) {
        int start = position + literal.open().length();
        return switch (literal.delimiter()) {
            case FIXED -> literal.open().equals("'") && syntax.is(Trait.QUOTED_NAMES) && !isCharacter() ? -1 : start;
            case RAW_NAME -> {
                int parenthesis = text.indexOf('(', start);
                yield parenthesis >= 0 && parenthesis - start <= MAX_DELIMITER_CHARS ? parenthesis + 1 : -1;
            }
            case DOLLAR_NAME -> {
                int end = start;
                while (end < text.length() && end - start <= MAX_DELIMITER_CHARS && isNameChar(text.charAt(end))) {
                    end++;
                }
                boolean named = end == start || !Character.isDigit(text.charAt(start));
                yield named && end < text.length() && text.charAt(end) == '$' ? end + 1 : -1;
            }
        };
    }

    private static boolean isNameChar(char c) {
        return c != '$' && Character.isJavaIdentifierPart(c);
    }

    /** Whether the quote here encloses one character, with escapes up to that of a code point. */
    private boolean isCharacter() {
        boolean inNumber = position > 0 && Character.isLetterOrDigit(text.charAt(position - 1));
        int next = position + 1;
        if (next >= text.length() || text.charAt(next) == '\n') {
            return false;
        }
        if (text.charAt(next) == '\\') {
            return true;
        }
        int after = next + Character.charCount(text.codePointAt(next));
        boolean closed = after < text.length() && text.charAt(after) == '\'';
        return closed && !(inNumber && Character.isDigit(text.charAt(position - 1)));
    }

    private String closing(Literal literal, int opened) {
        return switch (literal.delimiter()) {
            case FIXED -> literal.close();
            case RAW_NAME -> ")" + text.substring(position + literal.open().length(), opened - 1) + "\"";
            case DOLLAR_NAME -> text.substring(position, opened);
        };
    }

    private void skip(Literal literal, String close) {
        while (position < text.length()) {
            char c = text.charAt(position);
            if (text.startsWith(close, position)) {
                position += close.length();
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
