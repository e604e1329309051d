package dev.evenkeel.knowledge.notes.engine;

import org.jspecify.annotations.Nullable;

/** Finds {@code [[target|label]]} and {@code ![[target]]} in a line. */
final class WikilinkScanner {
    private static final int MAX_CONTENT_CHARS = NoteLink.MAX_TARGET_CHARS * 2;

    private WikilinkScanner() {}

    /** Takes what is found: the range with its brackets, and what stands in them. */
    interface Found {
        void wikilink(int start, int end, boolean embed, String target, @Nullable String label);
    }

    /** Looks at a range without line ends; what is to be overlooked has been replaced by U+0000. */
    static void scan(char[] text, int from, int to, Found found) {
        int i = from;
        while (i + 1 < to) {
            if (text[i] == '[' && text[i + 1] == '[' && !isEscaped(text, from, i)) {
                int close = close(text, i + 2, to);
                if (close > 0) {
                    boolean embed = i > from && text[i - 1] == '!' && !isEscaped(text, from, i - 1);
                    add(text, embed ? i - 1 : i, i + 2, close, embed, found);
                    i = close + 2;
                    continue;
                }
            }
            i++;
        }
    }

    /** Where the two brackets are that close it, or -1 when another bracket comes first. */
    private static int close(char[] text, int from, int to) {
        int end = Math.min(to - 1, from + MAX_CONTENT_CHARS);
        for (int i = from; i < end; i++) {
            if (text[i] == ']') {
                return text[i + 1] == ']' ? i : -1;
            }
            if (text[i] == '[' || text[i] == '\0') {
                return -1;
            }
        }
        return -1;
    }

    private static void add(char[] text, int start, int contentStart, int close, boolean embed, Found found) {
        String content = new String(text, contentStart, close - contentStart);
        int bar = content.indexOf('|');
        String target = bar < 0 ? content : content.substring(0, bar);
        // In a table the bar is escaped.
        if (bar > 0 && target.endsWith("\\")) {
            target = target.substring(0, target.length() - 1);
        }
        String label = bar < 0 ? "" : content.substring(bar + 1).strip();
        found.wikilink(start, close + 2, embed, target, label.isEmpty() ? null : label);
    }

    static boolean isEscaped(char[] text, int from, int position) {
        int backslashes = 0;
        while (position - backslashes > from && text[position - backslashes - 1] == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
