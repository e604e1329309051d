package dev.evenkeel.platform.search.lexical;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns chunks into packed small segments, in two steps with the look-up of stems between. Pure CPU work. */
final class PostingsBuilder {
    /** A small segment is one row of at most about this size. */
    private static final int BATCH_BYTES = 256 * 1024;

    private final String language;
    private final List<CountedChunk> chunks;

    private PostingsBuilder(String language, List<CountedChunk> chunks) {
        this.language = language;
        this.chunks = chunks;
    }

    /** A chunk's distinct tokens with their frequencies. */
    private record CountedChunk(long chunkNo, Map<String, Count> tokens) {}

    private static final class Count {
        private int all;
        private int overlaps;
    }

    static PostingsBuilder analyse(String language, List<ChunkText> chunks) {
        List<CountedChunk> counted = new ArrayList<>(chunks.size());
        for (ChunkText chunk : chunks) {
            counted.add(count(chunk));
        }
        counted.sort(Comparator.comparingLong(CountedChunk::chunkNo));
        return new PostingsBuilder(language, counted);
    }

    private static CountedChunk count(ChunkText chunk) {
        Map<String, Count> counts = new LinkedHashMap<>();
        for (Token token : Analyzer.tokens(chunk.text())) {
            Count count = counts.computeIfAbsent(token.text(), ignored -> new Count());
            count.all++;
            if (token.overlap()) {
                count.overlaps++;
            }
        }
        return new CountedChunk(chunk.chunkNo(), counts);
    }

    Set<String> distinctTokens() {
        Set<String> distinct = new HashSet<>();
        for (CountedChunk chunk : chunks) {
            distinct.addAll(chunk.tokens().keySet());
        }
        return distinct;
    }

    PreparedPostings build(Stems stems) {
        Map<String, String> terms = new HashMap<>();
        for (String token : distinctTokens()) {
            String term = stems.termOf(token);
            if (term != null) {
                terms.put(token, term);
            }
        }
        List<PreparedPostings.Batch> batches = new ArrayList<>();
        long tokens = 0;
        int from = 0;
        while (from < chunks.size()) {
            PreparedPostings.Batch batch = batch(from, terms);
            batches.add(batch);
            from += batch.chunkCount();
            tokens += batch.tokenCount();
        }
        return new PreparedPostings(language, batches, chunks.size(), tokens);
    }

    private PreparedPostings.Batch batch(int from, Map<String, String> terms) {
        Map<String, PostingList> lists = new HashMap<>();
        List<Integer> lengths = new ArrayList<>();
        int bytes = 0;
        int next = from;
        while (next < chunks.size() && bytes < BATCH_BYTES) {
            bytes += addDocument(lists, lengths, chunks.get(next), terms);
            next++;
        }
        SegmentDocuments documents = new SegmentDocuments(
                chunks.subList(from, next).stream()
                        .mapToLong(CountedChunk::chunkNo)
                        .toArray(),
                lengths.stream().mapToInt(Integer::intValue).toArray());
        return new PreparedPostings.Batch(
                documents.count(), documents.totalLength(), documents.pack(), packPostings(lists, bytes));
    }

    /** Adds one chunk as the next document; returns about how many bytes it takes. */
    private static int addDocument(
            Map<String, PostingList> lists, List<Integer> lengths, CountedChunk chunk, Map<String, String> terms) {
        Map<String, Integer> frequencies = new HashMap<>();
        int length = 0;
        for (Map.Entry<String, Count> token : chunk.tokens().entrySet()) {
            String term = terms.get(token.getKey());
            if (term != null) {
                frequencies.merge(term, token.getValue().all, Integer::sum);
                length += token.getValue().all - token.getValue().overlaps;
            }
        }
        int document = lengths.size();
        lengths.add(length);
        int bytes = 0;
        for (Map.Entry<String, Integer> entry : frequencies.entrySet()) {
            PostingList list = lists.get(entry.getKey());
            if (list == null) {
                list = new PostingList();
                lists.put(entry.getKey(), list);
                bytes += entry.getKey().length() + 4;
            }
            list.add(document, entry.getValue());
            bytes += 2;
        }
        return bytes;
    }

    private static byte[] packPostings(Map<String, PostingList> lists, int expectedBytes) {
        record Keyed(byte[] term, PostingList list) {}
        List<Keyed> sorted = new ArrayList<>(lists.size());
        lists.forEach((term, list) -> sorted.add(new Keyed(term.getBytes(StandardCharsets.UTF_8), list)));
        sorted.sort((a, b) -> Arrays.compareUnsigned(a.term(), b.term()));
        ByteSink sink = new ByteSink(expectedBytes + 64);
        sink.varint(sorted.size());
        for (Keyed keyed : sorted) {
            TailPostings.write(sink, keyed.term(), keyed.list());
        }
        return sink.toBytes();
    }
}
