package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds paragraphs: lines that are not blank with blank lines around them. */
final class Paragraphs {

    private Paragraphs() {}

    /** Adds the paragraphs of a range that starts at the start of a line. */
    static void addTo(BlockCollector blocks, String text, int from, int to, List<String> path, @Nullable Integer page) {
        int start = -1;
        int end = from;
        int line = from;
        while (line < to) {
            int newline = text.indexOf('\n', line);
            int lineEnd = newline < 0 || newline > to ? to : newline;
            if (isBlank(text, line, lineEnd)) {
                if (start >= 0) {
                    blocks.add(BlockKind.PARAGRAPH, start, end, path, page, null);
                    start = -1;
                }
            } else {
                start = start < 0 ? line : start;
                end = lineEnd;
            }
            line = lineEnd + 1;
        }
        if (start >= 0) {
            blocks.add(BlockKind.PARAGRAPH, start, end, path, page, null);
        }
    }

    static boolean isBlank(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Character.isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
