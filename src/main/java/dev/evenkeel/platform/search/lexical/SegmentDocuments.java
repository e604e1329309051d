package dev.evenkeel.platform.search.lexical;

import java.util.Arrays;

/**
 * The documents of a segment: document {@code d} is the chunk {@code chunkNos[d]} of {@code lengths[d]} words. Chunk
 * numbers ascend strictly. Immutable by convention.
 *
 * <p>Packed: count, then for each document the difference to the chunk number before, and the length, as varints.
 */
record SegmentDocuments(long[] chunkNos, int[] lengths) {
    static SegmentDocuments unpack(byte[] packed) {
        ByteSource source = new ByteSource(packed);
        int count = source.varint();
        long[] chunkNos = new long[count];
        int[] lengths = new int[count];
        long chunkNo = 0;
        for (int i = 0; i < count; i++) {
            chunkNo += source.varlong();
            chunkNos[i] = chunkNo;
            lengths[i] = source.varint();
        }
        return new SegmentDocuments(chunkNos, lengths);
    }

    byte[] pack() {
        ByteSink sink = new ByteSink(4 * chunkNos.length + 16);
        sink.varint(chunkNos.length);
        long previous = 0;
        for (int i = 0; i < chunkNos.length; i++) {
            sink.varint(chunkNos[i] - previous);
            sink.varint(lengths[i]);
            previous = chunkNos[i];
        }
        return sink.toBytes();
    }

    int count() {
        return chunkNos.length;
    }

    /** The document of a chunk, or a negative number when the chunk is not in this segment. */
    int documentOf(long chunkNo) {
        return Arrays.binarySearch(chunkNos, chunkNo);
    }

    long totalLength() {
        long total = 0;
        for (int length : lengths) {
            total += length;
        }
        return total;
    }

    long memoryBytes() {
        return 12L * chunkNos.length + 64;
    }
}
