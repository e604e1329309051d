package dev.evenkeel.platform.search.lexical;

import java.util.Arrays;

/**
 * All postings of a small segment in one value: for each term in byte order its length, its UTF-8 bytes, the number of
 * documents, the first document, the length of the entries in bytes, and the entries as in {@link PostingList}.
 */
final class TailPostings {
    private final byte[] packed;
    private final int[] offsets;

    private TailPostings(byte[] packed, int[] offsets) {
        this.packed = packed;
        this.offsets = offsets;
    }

    static TailPostings unpack(byte[] packed) {
        ByteSource source = new ByteSource(packed);
        int[] offsets = new int[source.varint()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = source.position();
            source.skip(source.varint());
            source.varint();
            source.varint();
            source.skip(source.varint());
        }
        return new TailPostings(packed, offsets);
    }

    static void write(ByteSink sink, byte[] term, PostingList list) {
        sink.varint(term.length);
        sink.put(term);
        sink.varint(list.count());
        sink.varint(list.firstDocument());
        sink.varint(list.entries().size());
        sink.put(list.entries());
    }

    int termCount() {
        return offsets.length;
    }

    byte[] term(int index) {
        ByteSource source = new ByteSource(packed, offsets[index], packed.length - offsets[index]);
        return source.take(source.varint());
    }

    /** The index of a term, or a negative number. */
    int find(byte[] term) {
        int low = 0;
        int high = offsets.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(middle, term);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** The index of the first term that is not before this one in byte order; {@link #termCount()} when all are. */
    int firstFrom(byte[] term) {
        int low = 0;
        int high = offsets.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, term) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compare(int index, byte[] term) {
        ByteSource source = new ByteSource(packed, offsets[index], packed.length - offsets[index]);
        int length = source.varint();
        int start = source.position();
        return Arrays.compareUnsigned(packed, start, start + length, term, 0, term.length);
    }

    /** The number of documents that have the term at {@code index}. */
    int documentCount(int index) {
        return entriesAt(index).varint();
    }

    void read(int index, PostingList.Visitor visitor) {
        ByteSource source = entriesAt(index);
        int count = source.varint();
        int first = source.varint();
        source.varint();
        PostingList.read(source, first, count, visitor);
    }

    private ByteSource entriesAt(int index) {
        ByteSource source = new ByteSource(packed, offsets[index], packed.length - offsets[index]);
        source.skip(source.varint());
        return source;
    }

    long memoryBytes() {
        return packed.length + 4L * offsets.length + 64;
    }
}
