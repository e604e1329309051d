package dev.evenkeel.knowledge.ingestion.chunk;

/**
 * Finds where sentences begin. One ends at a full stop, exclamation or question mark with white space behind it, at an ideographic full
 * stop, at a blank line, and where lines stand for themselves at the end of a line. A full stop that belongs to an abbreviation, an
 * initial or an ordinal number, or that a small letter follows, ends none. One pass, in linear time.
 *
 * <p>The break iterators of the Java platform are not used: they know no abbreviations, and their tables are no part of a native image.
 */
final class SentenceScanner {

    private static final String ENDS = ".!?…";
    private static final String CLOSERS = ")]}\"'»”’";
    private static final String WIDE_ENDS = "。！？．｡";

    private final String text;
    private final Abbreviations abbreviations;
    private final int to;
    private final boolean linesEnd;
    private int position;
    private byte level;

    /**
     * @param from start of the part of the text that is divided
     * @param to its end
     * @param linesEnd whether each line stands for itself, as in a list or in source code
     */
    SentenceScanner(String text, int from, int to, boolean linesEnd, Abbreviations abbreviations) {
        this.text = text;
        this.to = to;
        this.linesEnd = linesEnd;
        this.abbreviations = abbreviations;
        this.position = from;
    }

    /** Where the next sentence begins, or the end of the part. */
    int next() {
        int from = position;
        while (position < to) {
            char c = text.charAt(position);
            int start = -1;
            if (Whitespace.isTrimmed(c)) {
                start = afterBreak(position, false);
            } else if (WIDE_ENDS.indexOf(c) >= 0) {
                start = afterWideEnd();
            } else if (ENDS.indexOf(c) >= 0) {
                start = afterEnd(from);
            } else {
                position++;
            }
            if (start >= 0 && start < to) {
                return start;
            }
        }
        return to;
    }

    /** What kind of place the sentence found last begins at, as in {@link Atoms}. */
    byte level() {
        return level;
    }

    /** Passes white space; the start of the line after it when that begins a sentence, else -1. */
    private int afterBreak(int from, boolean sentenceEnds) {
        int newlines = 0;
        int lineStart = from;
        int i = from;
        while (i < to && Whitespace.isTrimmed(text.charAt(i))) {
            if (text.charAt(i) == '\n') {
                newlines++;
                lineStart = i + 1;
            }
            i++;
        }
        position = i;
        if (newlines > 1) {
            level = Atoms.PARAGRAPH;
            return lineStart;
        }
        if (newlines == 1 && (linesEnd || sentenceEnds)) {
            level = linesEnd ? Atoms.LINE : Atoms.SENTENCE;
            return lineStart;
        }
        if (sentenceEnds) {
            level = Atoms.SENTENCE;
            return from;
        }
        return -1;
    }

    private int afterWideEnd() {
        position = Graphemes.next(text, position, to);
        int closed = afterClosers(position);
        if (position < to && Whitespace.isTrimmed(text.charAt(position))) {
            return afterBreak(closed, true);
        }
        level = Atoms.SENTENCE;
        return closed;
    }

    private int afterEnd(int from) {
        int mark = position;
        int end = afterClosers(position);
        boolean single = end == mark + 1 && text.charAt(mark) == '.';
        if (end == to || !Whitespace.isTrimmed(text.charAt(end))) {
            return -1;
        }
        boolean goesOn = single && abbreviations.endsWith(text, from, mark) || beginsSmall(end);
        return afterBreak(end, !goesOn);
    }

    /** Passes marks and closing brackets and quotes. */
    private int afterClosers(int from) {
        int i = from;
        while (i < to
                && (ENDS.indexOf(text.charAt(i)) >= 0
                        || CLOSERS.indexOf(text.charAt(i)) >= 0
                        || WIDE_ENDS.indexOf(text.charAt(i)) >= 0)) {
            i++;
        }
        i = i > from && i < to ? Math.max(i, Graphemes.next(text, i - 1, to)) : i;
        position = i;
        return i;
    }

    private boolean beginsSmall(int from) {
        int i = from;
        while (i < to && Whitespace.isTrimmed(text.charAt(i))) {
            i++;
        }
        return i < to && Character.isLowerCase(text.codePointAt(i));
    }
}
