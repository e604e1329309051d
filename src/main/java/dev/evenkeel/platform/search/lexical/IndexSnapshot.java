package dev.evenkeel.platform.search.lexical;

import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one statement saw of the index: the segments of the corpora, the deleted chunks, and the document frequency of
 * each word in the merged segments.
 */
final class IndexSnapshot {
    /** A segment that belongs to the answer. */
    record Entry(long corpusNo, long segmentNo, int language, boolean merged, int chunks, long tokens) {}

    private final List<Entry> entries;
    private final long[] tombstones;
    private final long[] mergedFrequencies;

    private IndexSnapshot(List<Entry> entries, long[] tombstones, long[] mergedFrequencies) {
        this.entries = entries;
        this.tombstones = tombstones;
        this.mergedFrequencies = mergedFrequencies;
    }

    static IndexSnapshot of(Row row, int words) {
        List<Entry> entries = new ArrayList<>();
        Long[] segmentNos = row.getArrayOfLongs("segment_nos");
        if (segmentNos != null) {
            Long[] corpusNos = row.getArrayOfLongs("corpus_nos");
            Integer[] languages = row.getArrayOfIntegers("languages");
            Boolean[] merged = row.getArrayOfBooleans("merged");
            Integer[] chunks = row.getArrayOfIntegers("chunks");
            Long[] tokens = row.getArrayOfLongs("tokens");
            for (int i = 0; i < segmentNos.length; i++) {
                entries.add(new Entry(corpusNos[i], segmentNos[i], languages[i], merged[i], chunks[i], tokens[i]));
            }
        }
        return new IndexSnapshot(entries, tombstones(row.getBuffer("tombstones")), frequencies(row, words));
    }

    private static long[] tombstones(@Nullable Buffer packed) {
        if (packed == null) {
            return new long[0];
        }
        ByteSource source = new ByteSource(packed.getBytes());
        long[] chunkNos = new long[packed.length() / Long.BYTES];
        for (int i = 0; i < chunkNos.length; i++) {
            chunkNos[i] = source.int64();
        }
        Arrays.sort(chunkNos);
        return chunkNos;
    }

    private static long[] frequencies(Row row, int words) {
        long[] frequencies = new long[words];
        Integer[] word = row.getArrayOfIntegers("words");
        if (word != null) {
            Long[] documents = row.getArrayOfLongs("frequencies");
            for (int i = 0; i < word.length; i++) {
                frequencies[word[i]] = documents[i];
            }
        }
        return frequencies;
    }

    List<Entry> entries() {
        return entries;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean isDeleted(long chunkNo) {
        return Arrays.binarySearch(tombstones, chunkNo) >= 0;
    }

    /** Documents that have the word, in the merged segments; deleted ones count until they are merged away. */
    long mergedFrequency(int word) {
        return mergedFrequencies[word];
    }

    long documents() {
        return entries.stream().mapToLong(Entry::chunks).sum();
    }

    double averageLength() {
        long tokens = entries.stream().mapToLong(Entry::tokens).sum();
        return Math.max(1.0, (double) tokens / Math.max(1, documents()));
    }
}
