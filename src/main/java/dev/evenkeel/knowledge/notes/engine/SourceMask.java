package dev.evenkeel.knowledge.notes.engine;

import java.util.List;

/**
 * A source with its comments as spaces and the inside of its strings as U+0001, char for char, so that what looks like an
 * import in either is none and the text of a string can be read at the same place of the source.
 */
final class SourceMask {
    static final char INSIDE = '\u0001';

    private final String source;
    private final char[] masked;
    private final boolean hashComments;
    private final List<String> quotes;
    private int position;

    private SourceMask(String source, ImportFamily family) {
        this.source = source;
        this.masked = source.toCharArray();
        this.hashComments = family == ImportFamily.PYTHON || family == ImportFamily.RUBY;
        this.quotes = switch (family) {
            case PYTHON -> List.of("\"\"\"", "'''", "\"", "'");
            case JVM -> List.of("\"\"\"", "\"", "'");
            case SCRIPT, GO -> List.of("`", "\"", "'");
            // A single quote may begin a lifetime.
            case RUST -> List.of("\"");
            case RUBY, C -> List.of("\"", "'");
        };
    }

    static String of(String source, ImportFamily family) {
        SourceMask mask = new SourceMask(source, family);
        while (mask.position < source.length()) {
            mask.step();
        }
        return new String(mask.masked);
    }

    private void step() {
        if (hashComments ? source.charAt(position) == '#' : source.startsWith("//", position)) {
            blankUntil(lineEnd());
        } else if (!hashComments && source.startsWith("/*", position)) {
            int close = source.indexOf("*/", position + 2);
            blankUntil(close < 0 ? source.length() : close + 2);
        } else if (!skipString()) {
            position++;
        }
    }

    private boolean skipString() {
        for (String quote : quotes) {
            if (source.startsWith(quote, position)) {
                position += quote.length();
                boolean overLines = quote.length() == 3 || quote.equals("`");
                while (position < source.length() && !source.startsWith(quote, position)) {
                    char c = source.charAt(position);
                    if (c == '\n' && !overLines) {
                        return true;
                    }
                    hide(position++);
                    if (c == '\\' && position < source.length() && source.charAt(position) != '\n') {
                        hide(position++);
                    }
                }
                position = Math.min(source.length(), position + quote.length());
                return true;
            }
        }
        return false;
    }

    private void hide(int at) {
        if (masked[at] != '\n') {
            masked[at] = INSIDE;
        }
    }

    private void blankUntil(int end) {
        for (; position < end; position++) {
            if (masked[position] != '\n') {
                masked[position] = ' ';
            }
        }
    }

    private int lineEnd() {
        int newline = source.indexOf('\n', position);
        return newline < 0 ? source.length() : newline;
    }
}
