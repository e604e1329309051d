package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PostingFormatTest {
    private record Entry(int document, int frequency) {}

    @Test
    void listsReadAsTheyWereWritten() {
        // Given random ascending lists, several behind one another as the database aggregates them
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            List<Entry> expected = new ArrayList<>();
            ByteSink sink = new ByteSink(16);
            for (int block = random.nextInt(4); block >= 0; block--) {
                PostingList list = new PostingList();
                int document = random.nextInt(1 << 20);
                for (int i = random.nextInt(600); i >= 0; i--) {
                    int frequency = random.nextInt(3) == 0 ? 1 + random.nextInt(1 << 16) : 1;
                    expected.add(new Entry(document, frequency));
                    list.add(document, frequency);
                    document += 1 + random.nextInt(1 << random.nextInt(16));
                }
                sink.put(list.toBlock());
            }
            // When they are read
            List<Entry> read = new ArrayList<>();
            ByteSource source = new ByteSource(sink.toBytes());
            while (source.hasMore()) {
                PostingList.readBlock(source, (document, frequency) -> read.add(new Entry(document, frequency)));
            }
            // Then nothing has changed
            assertThat(read).isEqualTo(expected);
        }
    }

    @Test
    void numbersOfEverySizeSurvive() {
        // Given the borders of every length, and the largest
        ByteSink sink = new ByteSink(1);
        List<Long> numbers = new ArrayList<>();
        for (int bits = 0; bits < 63; bits++) {
            numbers.addAll(List.of((1L << bits) - 1, 1L << bits));
        }
        numbers.add(Long.MAX_VALUE);
        numbers.forEach(sink::varint);
        // When read; then they are the same
        ByteSource source = new ByteSource(sink.toBytes());
        numbers.forEach(number -> assertThat(source.varlong()).isEqualTo(number));
        assertThat(source.hasMore()).isFalse();
    }

    @Test
    void aSmallSegmentFindsItsTermsAndNoOthers() {
        // Given chunks with words of many scripts
        List<ChunkText> chunks = List.of(
                new ChunkText(70, "zebra apple apple"), new ChunkText(12, "apple Ω 検索"), new ChunkText(500, "naïve z"));
        PreparedPostings prepared = PostingsBuilder.analyse("simple", chunks).build(new Stems("simple", Map.of()));
        // When packed and unpacked
        PreparedPostings.Batch batch = prepared.batches().get(0);
        Segment segment = Segment.unpack(batch.documents(), batch.postings());
        TailPostings tail = java.util.Objects.requireNonNull(segment.tail());
        // Then documents stand in the order of their numbers, with their lengths
        assertThat(segment.documents().chunkNos()).containsExactly(12, 70, 500);
        assertThat(segment.documents().lengths()).containsExactly(3, 3, 2);
        assertThat(prepared.tokenCount()).isEqualTo(8);
        // And every term is found by its bytes, with its frequencies
        Map<String, List<Entry>> terms = new TreeMap<>();
        for (int i = 0; i < tail.termCount(); i++) {
            assertThat(tail.find(tail.term(i))).isEqualTo(i);
            List<Entry> entries = new ArrayList<>();
            tail.read(i, (document, frequency) -> entries.add(new Entry(document, frequency)));
            assertThat(tail.documentCount(i)).isEqualTo(entries.size());
            terms.put(new String(tail.term(i), StandardCharsets.UTF_8), entries);
        }
        assertThat(terms).containsOnlyKeys("apple", "naive", "z", "zebra", "ω", "検索", "検", "索");
        assertThat(terms.get("apple")).containsExactly(new Entry(0, 1), new Entry(1, 2));
        assertThat(tail.find("appl".getBytes(StandardCharsets.UTF_8))).isNegative();
        assertThat(tail.find("zz".getBytes(StandardCharsets.UTF_8))).isNegative();
    }

    @Test
    void largeInputIsCutIntoBatchesInOrder() {
        // Given 600 chunks of distinct words, given in reverse
        List<ChunkText> chunks = new ArrayList<>();
        for (int i = 600; i > 0; i--) {
            StringBuilder text = new StringBuilder();
            for (int w = 0; w < 100; w++) {
                text.append(" word").append(letters(i)).append(letters(w));
            }
            chunks.add(new ChunkText(i, text.toString()));
        }
        // When prepared
        PreparedPostings prepared = PostingsBuilder.analyse("simple", chunks).build(new Stems("simple", Map.of()));
        // Then there are several batches of bounded size, and each chunk is in one of them
        assertThat(prepared.batches()).hasSizeGreaterThan(1);
        assertThat(prepared.batches()).allMatch(batch -> batch.postings().length < 512 * 1024);
        long[] numbers = prepared.batches().stream()
                .flatMapToLong(batch ->
                        Arrays.stream(SegmentDocuments.unpack(batch.documents()).chunkNos()))
                .toArray();
        assertThat(numbers).hasSize(600).isSorted().doesNotHaveDuplicates();
        assertThat(prepared.chunkCount()).isEqualTo(600);
        assertThat(prepared.tokenCount()).isEqualTo(60_000);
    }

    private static String letters(int number) {
        return Integer.toString(number, 36).replaceAll("[0-9]", "q") + "x".repeat(number % 7);
    }
}
