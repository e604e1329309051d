package dev.evenkeel.platform.search.lexical;

import java.util.Arrays;

/** The entries of one term, collected from several segments in any order. */
final class MergedList {
    private long[] entries = new long[8];
    private int size;
    private boolean sorted = true;

    void add(int document, int frequency) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        if (size > 0 && entries[size - 1] >>> 32 > document) {
            sorted = false;
        }
        entries[size++] = (long) document << 32 | frequency;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
        sorted = true;
    }

    /** Hands out the entries by ascending document. */
    void forEach(PostingList.Visitor visitor) {
        if (!sorted) {
            Arrays.sort(entries, 0, size);
            sorted = true;
        }
        for (int i = 0; i < size; i++) {
            visitor.entry((int) (entries[i] >>> 32), (int) entries[i]);
        }
    }
}
