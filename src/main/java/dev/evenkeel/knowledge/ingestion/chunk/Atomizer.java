package dev.evenkeel.knowledge.ingestion.chunk;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import java.util.List;

/**
 * Divides a text into {@link Atoms}: lines, and where a line is too long for a chunk its sentences, words, and at last groups of
 * graphemes. An atom has at most half the tokens of a chunk, so that every chunk but the last of a block can be filled at least by
 * half, and is encoded once or twice, so that the time is linear.
 *
 * <p>Token counts of atoms add up exactly where an atom starts at a line that is not blank, or at a space after a non-space: the
 * cl100k_base pattern has no match across such a place, and what follows matches as if the text began there. Other starts are
 * marked uncertain.
 */
final class Atomizer {

    /** Shorter lines are put together, so that the number of atoms stays in proportion to the text. */
    private static final int MIN_CHARS = 24;

    /** Longer lines are divided before they are encoded. */
    private static final int MAX_CHARS_AT_ONCE = 640;

    /** A longer run of white space belongs to no chunk. */
    private static final int MAX_GAP_CHARS = 256;

    private static final String SENTENCE_ENDS = ".!?…";
    private static final String CLOSERS = ")]}\"'»”’";
    private static final String WIDE_SENTENCE_ENDS = "。！？．｡";
    private static final String PAUSES = ",;:)]}>&|/、，；：";

    private final String text;
    private final TokenCounter counter;
    private final int maxAtomTokens;
    private final int groupChars;
    private final Atoms atoms = new Atoms();
    /** Whether white space was left out in front of the next atom. */
    private boolean afterGap;

    private Atomizer(String text, TokenCounter counter, int maxTokens) {
        this.text = text;
        this.counter = counter;
        this.maxAtomTokens = maxTokens / 2;
        this.groupChars = Math.max(32, Math.min(256, maxTokens / 2));
    }

    static Atoms divide(String text, List<Block> blocks, TokenCounter counter, int maxTokens) {
        Atomizer atomizer = new Atomizer(text, counter, maxTokens);
        int from = 0;
        for (int i = 1; i < blocks.size(); i++) {
            int to = blocks.get(i).start();
            atomizer.divideRegion(from, to);
            from = to;
        }
        atomizer.divideRegion(from, text.length());
        return atomizer.atoms;
    }

    /**
     * Divides into sentences, shorter ones put together with the next, longer ones than the half of a chunk into their parts.
     *
     * @param maxTokens twice the tokens that an atom may have
     */
    static Atoms divideSentences(
            String text, List<Block> blocks, TokenCounter counter, int maxTokens, Abbreviations abbreviations) {
        Atomizer atomizer = new Atomizer(text, counter, maxTokens);
        int from = 0;
        for (int i = 0; i < Math.max(1, blocks.size()); i++) {
            int to = i + 1 < blocks.size() ? blocks.get(i + 1).start() : text.length();
            boolean linesEnd = !blocks.isEmpty() && blocks.get(i).kind() != BlockKind.PARAGRAPH;
            atomizer.divideSentences(new SentenceScanner(text, from, to, linesEnd, abbreviations), from, to);
            from = to;
        }
        return atomizer.atoms;
    }

    private void divideSentences(SentenceScanner sentences, int from, int to) {
        int atomStart = from;
        byte level = Atoms.BLOCK;
        while (atomStart < to) {
            int next = sentences.next();
            if (next == to || next - atomStart >= MIN_CHARS) {
                addLines(atomStart, next, level);
                atomStart = next;
                level = sentences.level();
            }
        }
    }

    private void divideRegion(int from, int to) {
        byte level = Atoms.BLOCK;
        int atomStart = from;
        int line = from;
        while (line < to) {
            int newline = text.indexOf('\n', line);
            int next = newline < 0 || newline >= to ? to : newline + 1;
            if (line - atomStart >= MIN_CHARS && hasNonSpace(line)) {
                addLines(atomStart, line, level);
                atomStart = line;
                level = levelOfLine(line);
            }
            line = next;
        }
        if (atomStart < to) {
            addLines(atomStart, to, level);
        }
    }

    private void addLines(int start, int end, byte level) {
        if (end - start > MAX_CHARS_AT_ONCE) {
            divideLong(start, end, level);
            return;
        }
        int tokens = counter.count(text, start, end);
        if (tokens > maxAtomTokens) {
            divideLong(start, end, level);
        } else {
            append(start, end, tokens, level);
        }
    }

    /** Sentences of at most {@link #groupChars} chars, else groups of words, else parts of words. */
    private void divideLong(int start, int end, byte level) {
        int atomStart = start;
        byte atomLevel = level;
        int position = start;
        while (position < end) {
            int wordStart = Whitespace.skip(text, position, end);
            if (wordStart - position > MAX_GAP_CHARS) {
                add(atomStart, position, atomLevel);
                afterGap = true;
                atomStart = wordStart;
                atomLevel = Atoms.PARAGRAPH;
            } else if (wordStart == end) {
                break;
            }
            int wordEnd = endOfWord(wordStart, end);
            if (wordEnd - atomStart > groupChars) {
                if (position > atomStart) {
                    add(atomStart, position, atomLevel);
                    atomStart = position;
                    atomLevel = Atoms.WORD;
                }
                if (wordEnd - wordStart > groupChars) {
                    addWordInParts(atomStart, wordStart, wordEnd, atomLevel);
                    atomStart = wordEnd;
                    atomLevel = Atoms.WORD;
                }
            }
            if (wordEnd - atomStart >= MIN_CHARS && endsSentence(wordStart, wordEnd)) {
                add(atomStart, wordEnd, atomLevel);
                atomStart = wordEnd;
                atomLevel = Atoms.SENTENCE;
            }
            position = wordEnd;
        }
        add(atomStart, end, atomLevel);
    }

    private void addWordInParts(int start, int wordStart, int wordEnd, byte level) {
        int partChars = groupChars / 2;
        int from = start;
        int pause = -1;
        byte partLevel = level;
        int i = wordStart;
        while (i < wordEnd) {
            int next = Graphemes.next(text, i, Math.min(wordEnd, i + partChars));
            if (next - from > partChars && i > from) {
                int cut = pause - from >= partChars / 2 ? pause : i;
                add(from, cut, partLevel);
                partLevel = levelAfter(text.charAt(cut - 1));
                from = cut;
                pause = -1;
            }
            i = next;
            if (levelAfter(text.charAt(i - 1)) > Atoms.CHAR) {
                pause = i;
            }
        }
        add(from, wordEnd, partLevel);
    }

    /** Adds one atom, or several where it has too many tokens. */
    private void add(int start, int end, byte level) {
        if (start >= end) {
            return;
        }
        int tokens = counter.count(text, start, end);
        int middle = tokens > maxAtomTokens ? middleOf(start, end) : end;
        if (middle == end) {
            append(start, end, tokens, level);
        } else {
            add(start, middle, level);
            add(middle, end, Atoms.CHAR);
        }
    }

    private void append(int start, int end, int tokens, byte level) {
        atoms.add(start, end, tokens, level, isCertain(start), afterGap && atoms.size() > 0);
        afterGap = false;
    }

    /** A grapheme boundary near the middle, else a code point boundary, or {@code end} for a single code point. */
    private int middleOf(int start, int end) {
        int middle = start + (end - start) / 2;
        int i = start;
        while (i < middle) {
            i = Graphemes.next(text, i, end);
        }
        if (i > start && i < end) {
            return i;
        }
        middle = Math.max(middle, start + Character.charCount(text.codePointAt(start)));
        boolean insidePair = middle < end
                && Character.isLowSurrogate(text.charAt(middle))
                && Character.isHighSurrogate(text.charAt(middle - 1));
        return insidePair ? middle + 1 : middle;
    }

    private int endOfWord(int from, int end) {
        int i = from;
        while (i < end && !Whitespace.isTrimmed(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private boolean endsSentence(int wordStart, int wordEnd) {
        int last = wordEnd - 1;
        while (last > wordStart && CLOSERS.indexOf(text.charAt(last)) >= 0) {
            last--;
        }
        char c = text.charAt(last);
        return SENTENCE_ENDS.indexOf(c) >= 0 || WIDE_SENTENCE_ENDS.indexOf(c) >= 0;
    }

    private static byte levelAfter(char c) {
        if (WIDE_SENTENCE_ENDS.indexOf(c) >= 0) {
            return Atoms.SENTENCE;
        }
        return PAUSES.indexOf(c) >= 0 ? Atoms.WORD : Atoms.CHAR;
    }

    private byte levelOfLine(int line) {
        int i = line - 2;
        while (i >= 0 && text.charAt(i) != '\n' && Whitespace.isTrimmed(text.charAt(i))) {
            i--;
        }
        return i < 0 || text.charAt(i) == '\n' ? Atoms.PARAGRAPH : Atoms.LINE;
    }

    private boolean isCertain(int start) {
        if (start == 0) {
            return true;
        }
        char before = text.charAt(start - 1);
        char first = text.charAt(start);
        if (before == '\n') {
            return hasNonSpace(start);
        }
        return Whitespace.isSpace(first) && first != '\n' && first != '\r' && !Whitespace.isSpace(before);
    }

    /** Whether the line at {@code from} has a char that is no white space to the encoding. */
    private boolean hasNonSpace(int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                return false;
            }
            if (!Whitespace.isSpace(c)) {
                return true;
            }
        }
        return false;
    }
}
