package dev.evenkeel.knowledge.ingestion.chunk;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A text divided into atoms: the smallest pieces of which chunks are put together. Atoms follow each other without a gap, but for runs of
 * white space in front of a forced break. Columns rather than objects, since a large text has a million of them.
 */
final class Atoms {

    /** How good a place the start of an atom is for a cut; larger is better. */
    static final byte CHAR = 0;

    static final byte WORD = 1;
    static final byte SENTENCE = 2;
    static final byte LINE = 3;
    static final byte PARAGRAPH = 4;
    static final byte BLOCK = 5;

    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] tokensBefore = new int[65];
    private byte[] levels = new byte[64];
    /** Atoms at whose start the encoding may join the text with that before it, so that token counts do not add up. */
    private final BitSet uncertain = new BitSet();
    /** Atoms that must start a chunk, in order. */
    private int[] forced = new int[4];

    private int forcedCount;
    private int size;

    void add(int start, int end, int tokens, byte level, boolean certain, boolean forcedBreak) {
        if (size == starts.length) {
            int capacity = size * 2;
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
            levels = Arrays.copyOf(levels, capacity);
            tokensBefore = Arrays.copyOf(tokensBefore, capacity + 1);
        }
        starts[size] = start;
        ends[size] = end;
        levels[size] = level;
        tokensBefore[size + 1] = tokensBefore[size] + tokens;
        if (!certain) {
            uncertain.set(size);
        }
        if (forcedBreak) {
            if (forcedCount == forced.length) {
                forced = Arrays.copyOf(forced, forcedCount * 2);
            }
            forced[forcedCount++] = size;
        }
        size++;
    }

    int size() {
        return size;
    }

    int start(int atom) {
        return starts[atom];
    }

    int end(int atom) {
        return ends[atom];
    }

    byte level(int atom) {
        return levels[atom];
    }

    /** Tokens of the atoms from {@code from} up to and without {@code to}. */
    int tokens(int from, int to) {
        return tokensBefore[to] - tokensBefore[from];
    }

    /** The first atom after {@code from} and before {@code to} that must start a chunk, or {@code to}. */
    int forcedBreak(int from, int to) {
        int found = Arrays.binarySearch(forced, 0, forcedCount, from + 1);
        int index = found < 0 ? -found - 1 : found;
        return index < forcedCount && forced[index] < to ? forced[index] : to;
    }

    /** Whether the tokens of these atoms add up to those of the text they cover. */
    boolean addUp(int from, int to) {
        for (int atom = from + 1; atom < to; atom++) {
            if (uncertain.get(atom)) {
                return false;
            }
        }
        return true;
    }

    /** The largest {@code to} with at most {@code budget} tokens from {@code from}; at least {@code from + 1}. */
    int reach(int from, int to, int budget) {
        int found = Arrays.binarySearch(tokensBefore, from + 1, to + 1, tokensBefore[from] + budget);
        int reached = found >= 0 ? found : -found - 2;
        return Math.max(from + 1, Math.min(reached, to));
    }

    /** The first atom that starts at or after a char index. */
    int firstAtOrAfter(int index) {
        int found = Arrays.binarySearch(starts, 0, size, index);
        return found >= 0 ? found : -found - 1;
    }
}
