package dev.evenkeel.platform.search.vector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Sign bits of some chunks; immutable.
 *
 * @param chunkNos ascending
 * @param bits {@code words} words for each chunk, in the same order
 */
record SignSegment(int words, long[] chunkNos, long[] bits) {
    /** Reads records of a chunk number and its bits, both big-endian, in ascending order of numbers. */
    static SignSegment read(int words, byte[] packed) {
        int recordBytes = Long.BYTES * (1 + words);
        int count = packed.length / recordBytes;
        long[] chunkNos = new long[count];
        long[] bits = new long[count * words];
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        for (int i = 0; i < count; i++) {
            chunkNos[i] = buffer.getLong();
            for (int w = 0; w < words; w++) {
                bits[i * words + w] = buffer.getLong();
            }
        }
        return new SignSegment(words, chunkNos, bits);
    }

    /** Segments whose numbers ascend from one to the next as one, in linear time. */
    static SignSegment joined(int words, List<SignSegment> ascending) {
        int size = ascending.stream().mapToInt(SignSegment::size).sum();
        long[] chunkNos = new long[size];
        long[] bits = new long[size * words];
        int at = 0;
        for (SignSegment segment : ascending) {
            System.arraycopy(segment.chunkNos, 0, chunkNos, at, segment.size());
            System.arraycopy(segment.bits, 0, bits, at * words, segment.bits.length);
            at += segment.size();
        }
        return new SignSegment(words, chunkNos, bits);
    }

    int size() {
        return chunkNos.length;
    }

    long bytes() {
        return (long) (chunkNos.length + bits.length) * Long.BYTES;
    }

    /** The bits that differ between the query and the chunk at an index. */
    int distance(long[] query, int index) {
        int distance = 0;
        for (int w = 0, at = index * words; w < words; w++, at++) {
            distance += Long.bitCount(query[w] ^ bits[at]);
        }
        return distance;
    }

    /** Both in one, without the chunks that are no more; a chunk in both is taken from {@code newer}. */
    static SignSegment merge(SignSegment older, SignSegment newer, Set<Long> deleted) {
        int capacity = older.size() + newer.size();
        long[] chunkNos = new long[capacity];
        long[] bits = new long[capacity * older.words];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < older.size() || j < newer.size()) {
            boolean takeNewer = i == older.size() || j < newer.size() && newer.chunkNos[j] <= older.chunkNos[i];
            SignSegment from = takeNewer ? newer : older;
            int index = takeNewer ? j : i;
            long chunkNo = from.chunkNos[index];
            if (takeNewer && i < older.size() && older.chunkNos[i] == chunkNo) {
                i++;
            }
            if (takeNewer) {
                j++;
            } else {
                i++;
            }
            if (!deleted.contains(chunkNo)) {
                chunkNos[size] = chunkNo;
                System.arraycopy(from.bits, index * from.words, bits, size * from.words, from.words);
                size++;
            }
        }
        return new SignSegment(older.words, Arrays.copyOf(chunkNos, size), Arrays.copyOf(bits, size * older.words));
    }
}
