package dev.evenkeel.platform.search.lexical;

/**
 * A list of (document, term frequency) under construction, packed as it grows: the gap to the document before, shifted
 * left by one, its lowest bit set when the frequency is 1; else the frequency follows.
 */
final class PostingList {
    private final ByteSink entries = new ByteSink(16);
    private int first = -1;
    private int last;
    private int count;

    /** Appends an entry; documents ascend. */
    void add(int document, int frequency) {
        if (count == 0) {
            first = document;
            last = document;
        }
        int gap = document - last;
        if (frequency == 1) {
            entries.varint((long) gap << 1 | 1);
        } else {
            entries.varint((long) gap << 1);
            entries.varint(frequency);
        }
        last = document;
        count++;
    }

    int firstDocument() {
        return first;
    }

    int lastDocument() {
        return count == 0 ? -1 : last;
    }

    int count() {
        return count;
    }

    ByteSink entries() {
        return entries;
    }

    /** The list by itself: first document, number of entries, entries. */
    byte[] toBlock() {
        ByteSink block = new ByteSink(entries.size() + 8);
        block.varint(first);
        block.varint(count);
        block.put(entries);
        return block.toBytes();
    }

    void clear() {
        entries.clear();
        count = 0;
        first = -1;
    }

    /** Receives the entries of a packed list. */
    interface Visitor {
        void entry(int document, int frequency);
    }

    /** Reads one list written by {@link #toBlock}. */
    static void readBlock(ByteSource source, Visitor visitor) {
        int firstDocument = source.varint();
        read(source, firstDocument, source.varint(), visitor);
    }

    /** Reads {@code count} entries; the gap of the first counts from {@code firstDocument}. */
    static void read(ByteSource source, int firstDocument, int count, Visitor visitor) {
        int document = firstDocument;
        for (int i = 0; i < count; i++) {
            int gap = source.varint();
            document += gap >>> 1;
            visitor.entry(document, (gap & 1) == 1 ? 1 : source.varint());
        }
    }
}
