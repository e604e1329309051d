package dev.evenkeel.knowledge.ingestion.extract;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Divides Markdown into segments that can be parsed on their own: at a line that is not indented, after a blank line, outside fenced code.
 * Where no such line comes, a segment ends at any line; what is left of a fenced block is then a segment of its own.
 */
public final class MarkdownSegments implements Iterable<MarkdownSegments.Segment> {

    private static final int GOOD_CHARS = 256 << 10;
    private static final int MAX_CHARS = 1 << 20;
    private static final int MIN_FENCE = 3;

    private final String text;
    private final int from;
    private final int to;

    public MarkdownSegments(String text, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
    }

    /**
     * A range of lines.
     *
     * @param insideFence whether it is the rest of a fenced code block with its closing line
     */
    public record Segment(int start, int end, boolean insideFence) {}

    @Override
    public Iterator<Segment> iterator() {
        return new Lines();
    }

    private final class Lines implements Iterator<Segment> {

        private int position = from;
        /** The char and length of the fence that is open; length 0 when none is. */
        private char fenceChar;

        private int fenceLength;

        @Override
        public boolean hasNext() {
            return position < to;
        }

        @Override
        public Segment next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int start = position;
            boolean insideFence = fenceLength > 0;
            boolean afterBlank = false;
            int line = start;
            while (line < to) {
                boolean mayEnd = afterBlank && fenceLength == 0 && !Character.isWhitespace(text.charAt(line));
                if ((line - start >= GOOD_CHARS && mayEnd) || line - start >= MAX_CHARS) {
                    break;
                }
                int end = endOfLine(line);
                afterBlank = Paragraphs.isBlank(text, line, end);
                updateFence(line, end);
                line = Math.min(end + 1, to);
                if (insideFence && fenceLength == 0) {
                    break;
                }
            }
            position = line;
            return new Segment(start, line, insideFence);
        }

        private int endOfLine(int line) {
            int newline = text.indexOf('\n', line);
            return newline < 0 || newline > to ? to : newline;
        }

        private void updateFence(int line, int end) {
            int i = line;
            while (i < end && i - line < 4 && text.charAt(i) == ' ') {
                i++;
            }
            if (i == end || i - line == 4) {
                return;
            }
            char c = text.charAt(i);
            int length = 0;
            while (i + length < end && text.charAt(i + length) == c) {
                length++;
            }
            if (fenceLength > 0) {
                if (c == fenceChar && length >= fenceLength && Paragraphs.isBlank(text, i + length, end)) {
                    fenceLength = 0;
                }
            } else if (length >= MIN_FENCE && (c == '~' || (c == '`' && !contains('`', i + length, end)))) {
                fenceChar = c;
                fenceLength = length;
            }
        }

        private boolean contains(char c, int start, int end) {
            int found = text.indexOf(c, start);
            return found >= 0 && found < end;
        }
    }
}
