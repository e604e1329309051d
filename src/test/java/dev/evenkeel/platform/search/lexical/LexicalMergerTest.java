package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class LexicalMergerTest {
    private static final AtomicLong CORPORA = new AtomicLong(2_000_000);
    private static final AtomicLong CHUNKS = new AtomicLong(2_000_000);

    @Inject
    Database database;

    @Inject
    Offload offload;

    @Inject
    Stemmer stemmer;

    @Inject
    CorpusState corpora;

    private LexicalIndex index;
    private LexicalMerger merger;
    private long corpus;

    @BeforeEach
    void anEmptyCorpusWithAnEagerMerger() {
        index = new LexicalIndex(offload, stemmer, new LexicalSearch(TestLexicalConfig.EAGER, offload));
        merger = new LexicalMerger(TestLexicalConfig.EAGER, offload);
        corpus = CORPORA.incrementAndGet();
        write(tx -> corpora.create(tx, corpus));
        applicationsMergesIn("1 hour");
    }

    @AfterEach
    void theApplicationMergesAgain() {
        applicationsMergesIn("0");
    }

    /** It would have the lock of a corpus just when the test merges. */
    private void applicationsMergesIn(String time) {
        write(tx -> tx.preparedQuery("update recurring_job set next_run_at = now() + $1::text::interval"
                        + " where name = 'lexical-merging'")
                .execute(Tuple.of(time))
                .replaceWithVoid());
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7})
    void mergingChangesNothingButTheForm(long seed) {
        // Given a corpus to which batches are added and from which chunks are removed at random, merged now and then
        Random random = new Random(seed);
        BruteForceBm25 expected = new BruteForceBm25();
        List<Long> live = new ArrayList<>();
        for (int step = 0; step < 25; step++) {
            List<ChunkText> chunks = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                chunks.add(new ChunkText(CHUNKS.incrementAndGet(), words(random, 1 + random.nextInt(40))));
            }
            write(tx -> index.add(tx, corpus, "simple", chunks));
            chunks.forEach(expected::add);
            chunks.forEach(chunk -> live.add(chunk.chunkNo()));
            List<Long> removed = new ArrayList<>();
            for (int i = random.nextInt(10); i > 0 && !live.isEmpty(); i--) {
                removed.add(live.remove(random.nextInt(live.size())));
            }
            write(tx -> index.remove(tx, corpus, removed));
            removed.forEach(expected::remove);
            if (step % 3 == 0) {
                fold();
            }
            // Then at any moment only live chunks are found
            assertThat(chunkNos(search(words(random, 4), 1_000))).isSubsetOf(live);
        }
        // When all is merged
        foldUntilDone();
        // Then no small segment, no tombstone and few segments are left
        assertThat(count("select count(*) from lexical_segment where corpus_no = $1 and not merged"))
                .isZero();
        assertThat(count("select count(*) from lexical_tombstone where corpus_no = $1"))
                .isZero();
        assertThat(count("select count(*) from lexical_segment where corpus_no = $1"))
                .isLessThan(10);
        assertThat(count("select sum(chunk_count)::bigint from lexical_segment where corpus_no = $1"))
                .isEqualTo(live.size());
        // And hits, order and scores are those of a loop over the live texts
        for (int round = 0; round < 40; round++) {
            String query = words(random, 1 + random.nextInt(5));
            expected.check(search(query, 20), query, 20);
        }
    }

    @Test
    void longListsOfPostingsAreCutIntoBlocks() {
        // Given 2,000 chunks with one common word, merged twice
        for (int batch = 0; batch < 4; batch++) {
            List<ChunkText> chunks = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                chunks.add(new ChunkText(
                        CHUNKS.incrementAndGet(),
                        "common c" + (char) ('a' + i % 26) + "x".repeat(i / 26) + " batch" + batch));
            }
            write(tx -> index.add(tx, corpus, "simple", chunks));
            fold();
        }
        foldUntilDone();
        // When asked for the common word
        List<LexicalHit> hits = search("common", 1_000);
        // Then hits come from every block, and the word has several rows of at most 512 entries
        assertThat(hits).hasSize(1_000);
        assertThat(count("select count(*) from lexical_posting p join lexical_segment s using (segment_no)"
                        + " where s.corpus_no = $1 and p.term = 'common' and p.entry_count <= 512"))
                .isGreaterThanOrEqualTo(4);
        assertThat(search("cb", 10)).hasSize(4);
        assertThat(search("cbxxx", 10)).hasSize(4);
    }

    @Test
    void beyondTheBudgetTheRarestWordsChooseAndAllWordsScore() {
        // Given 600 chunks: all have 'common', a third 'middle', five 'rare'
        Map<Long, String> texts = new TreeMap<>();
        BruteForceBm25 expected = new BruteForceBm25();
        for (int i = 0; i < 600; i++) {
            String text = "common common filler" + (i % 3 == 0 ? " middle" : "") + (i % 120 == 7 ? " rare" : "");
            texts.put(CHUNKS.incrementAndGet(), text + " pad".repeat(i % 11));
        }
        List<ChunkText> chunks = texts.entrySet().stream()
                .map(text -> new ChunkText(text.getKey(), text.getValue()))
                .toList();
        chunks.forEach(expected::add);
        write(tx -> index.add(tx, corpus, "simple", chunks));
        foldUntilDone();
        // When only ten postings may be read in full
        LexicalSearch narrow = new LexicalSearch(new TestLexicalConfig(10, 50, 3, 1_000_000), offload);
        LexicalIndex frugal = new LexicalIndex(offload, stemmer, narrow);
        List<LexicalHit> hits = search(frugal, "common middle rare", 20);
        // Then the five chunks with the rare word are the hits, with the full score of all three words
        expected.check(hits, "common middle rare", 5);
        assertThat(hits).hasSize(5);
        // And a query of common words alone still finds something
        assertThat(search(frugal, "common", 20)).hasSize(20);
        assertThat(search(frugal, "common pad", 20)).hasSize(20);
    }

    @Test
    void searchesDuringMergesMissNothingAndDoubleNothing() {
        // Given a corpus in many small segments and searches that never stop
        List<Long> all = new ArrayList<>();
        AtomicBoolean merging = new AtomicBoolean(true);
        for (int i = 0; i < 60; i++) {
            addOne(all);
        }
        List<List<Long>> answers = java.util.Collections.synchronizedList(new ArrayList<>());
        Thread searcher = new Thread(() -> {
            while (merging.get()) {
                answers.add(chunkNos(search("same", 1_000)));
            }
        });
        searcher.start();
        // When everything is merged several times meanwhile
        for (int round = 0; round < 6; round++) {
            foldUntilDone();
            for (int i = 0; i < 5; i++) {
                addOne(all);
            }
        }
        merging.set(false);
        join(searcher);
        // Then every answer was a prefix of what was committed in order: none missing, none twice
        assertThat(answers).isNotEmpty();
        for (List<Long> answer : answers) {
            assertThat(answer).isEqualTo(all.subList(0, answer.size()));
            assertThat(answer.size()).isGreaterThanOrEqualTo(60);
        }
        assertThat(chunkNos(search("same", 1_000))).isEqualTo(all);
    }

    @Test
    void aRolledBackMergeLeavesTheIndexAsItWas() {
        // Given
        List<Long> all = new ArrayList<>();
        addOne(all);
        addOne(all);
        // When a merge fails at its end
        try {
            write(tx -> merger.fold(tx).chain(merges -> Uni.createFrom().failure(new IllegalStateException("crash"))));
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("crash");
        }
        // Then nothing has changed, and the next one succeeds
        assertThat(chunkNos(search("same", 10))).isEqualTo(all);
        fold();
        assertThat(chunkNos(search("same", 10))).isEqualTo(all);
    }

    @Test
    void twoMergersNeverMergeOneCorpusTwice() {
        // Given
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            addOne(all);
        }
        // When two merge at the same time
        Uni.join()
                .all(database.bulkSql(merger::fold), database.bulkSql(merger::fold))
                .andFailFast()
                .await()
                .atMost(Duration.ofSeconds(20));
        // Then each chunk is there once
        assertThat(chunkNos(search("same", 100))).isEqualTo(all);
        assertThat(count("select sum(chunk_count)::bigint from lexical_segment where corpus_no = $1"))
                .isEqualTo(30);
    }

    @Test
    void scoresDoNotDependOnWhatOtherCorporaHold() {
        // Given two corpora with the same text, the other one also with many more
        long other = CORPORA.incrementAndGet();
        write(tx -> index.add(tx, corpus, "simple", List.of(chunk("alpha beta"), chunk("gamma"))));
        write(tx -> index.add(tx, other, "simple", List.of(chunk("alpha beta"), chunk("alpha"), chunk("alpha"))));
        foldUntilDone();
        // When one is searched; then idf = ln(1 + 1.5 / 1.5)
        List<LexicalHit> hits = search("alpha", 10);
        double norm = 1.2 * (0.25 + 0.75 * 2 / 1.5);
        assertThat(hits).hasSize(1);
        assertThat(hits.get(0).score()).isCloseTo(Math.log(2) * 2.2 / (1 + norm), within(1e-9));
    }

    private static ChunkText chunk(String text) {
        return new ChunkText(CHUNKS.incrementAndGet(), text);
    }

    private void addOne(List<Long> all) {
        ChunkText chunk = chunk("same words everywhere");
        write(tx -> index.add(tx, corpus, "simple", List.of(chunk)));
        all.add(chunk.chunkNo());
    }

    private int fold() {
        return database.bulkSql(merger::fold).await().atMost(Duration.ofSeconds(30));
    }

    /** Until two rounds in a row merged nothing: one may have had its time before it began. */
    private void foldUntilDone() {
        int idle = 0;
        for (int i = 0; idle < 2; i++) {
            assertThat(i).isLessThan(100);
            idle = fold() > 0 ? 0 : idle + 1;
        }
    }

    private void write(Function<SqlConnection, Uni<Void>> work) {
        database.bulkSql(work).await().atMost(Duration.ofSeconds(30));
    }

    private long count(String statement) {
        return database.readSql(connection -> connection
                        .preparedQuery(statement)
                        .execute(Tuple.of(corpus))
                        .map(rows -> rows.iterator().next().getLong(0)))
                .await()
                .atMost(Duration.ofSeconds(10));
    }

    private List<LexicalHit> search(String query, int limit) {
        return search(index, query, limit);
    }

    private List<LexicalHit> search(LexicalIndex searched, String query, int limit) {
        List<CorpusRef> refs = List.of(new CorpusRef(corpus, "simple"));
        return database.readSql(connection -> searched.search(connection, refs, query, limit))
                .await()
                .atMost(Duration.ofSeconds(10));
    }

    private static List<Long> chunkNos(List<LexicalHit> hits) {
        return hits.stream().map(LexicalHit::chunkNo).toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(" w").append((char) ('a' + (int) (26 * Math.pow(random.nextDouble(), 3))));
        }
        return text.substring(1);
    }
}
