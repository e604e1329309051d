package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.CorpusState;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class LexicalIndexTest {
    private static final AtomicLong CORPORA = new AtomicLong(1_000_000);
    private static final AtomicLong CHUNKS = new AtomicLong(1_000_000);

    @Inject
    Database database;

    @Inject
    LexicalIndex index;

    @Inject
    CorpusState corpora;

    @Test
    void scoresAreThoseOfTheFormula() {
        // Given three chunks of 3, 2 and 1 words: N = 3, average length 2
        long corpus = newCorpus();
        long first = addAll(corpus, "simple", "apple banana apple", "banana cherry", "cherry");
        // When asking for a word of one chunk that has it twice
        List<LexicalHit> hits = search(corpus, "simple", "apple", 10);
        // Then idf = ln(1 + 2.5 / 1.5) = 0.980829, norm = 1.2 * (0.25 + 0.75 * 1.5) = 1.65, tf part = 2 * 2.2 / 3.65
        assertThat(hits).hasSize(1);
        assertThat(hits.get(0).chunkNo()).isEqualTo(first);
        assertThat(hits.get(0).score()).isCloseTo(0.980829 * 2 * 2.2 / 3.65, within(1e-5));
        // And both words of a query count: cherry alone has length 1, so its norm is 0.75
        List<LexicalHit> two = search(corpus, "simple", "banana cherry", 10);
        double idf = Math.log(1 + 1.5 / 2.5);
        assertThat(two).extracting(LexicalHit::chunkNo).containsExactly(first + 1, first + 2, first);
        assertThat(two.get(0).score()).isCloseTo(2 * idf * 2.2 / (1 + 1.2), within(1e-9));
        assertThat(two.get(1).score()).isCloseTo(idf * 2.2 / (1 + 0.75), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomCorporaScoreAsByBruteForce(long seed) {
        // Given two corpora of random texts, searched together
        Random random = new Random(seed);
        BruteForceBm25 expected = new BruteForceBm25();
        List<CorpusRef> refs = new ArrayList<>();
        for (int c = 0; c < 2; c++) {
            long corpus = newCorpus();
            refs.add(new CorpusRef(corpus, "simple"));
            for (int batch = 0; batch < 5; batch++) {
                List<ChunkText> chunks = randomChunks(random, 1 + random.nextInt(20));
                add(corpus, "simple", chunks);
                chunks.forEach(expected::add);
            }
        }
        for (int round = 0; round < 30; round++) {
            String query = words(random, 1 + random.nextInt(5));
            // When
            List<LexicalHit> hits = search(refs, query, 15);
            // Then hits, order and scores are those of a loop over all texts
            expected.check(hits, query, 15);
        }
    }

    @Test
    void whatIsCommittedIsFoundAndWhatIsRemovedIsNot() {
        // Given
        long corpus = newCorpus();
        long first = addAll(corpus, "english", "the quick brown fox", "a lazy dog and a fox");
        assertThat(search(corpus, "english", "foxes", 10)).hasSize(2);
        // When one chunk is removed and one added in one transaction
        long added = CHUNKS.incrementAndGet();
        write(tx -> index.remove(tx, corpus, List.of(first))
                .chain(() -> index.add(tx, corpus, "english", List.of(new ChunkText(added, "fox and hound")))));
        // Then the next search sees exactly that
        assertThat(search(corpus, "english", "fox", 10))
                .extracting(LexicalHit::chunkNo)
                .containsExactlyInAnyOrder(first + 1, added);
        // And a transaction that fails leaves no trace
        try {
            write(tx -> index.add(tx, corpus, "english", List.of(new ChunkText(added + 1, "fox fox fox")))
                    .chain(() -> index.remove(tx, corpus, List.of(added)))
                    .chain(() -> Uni.createFrom().failure(new IllegalStateException("rolled back"))));
        } catch (IllegalStateException expected) {
            CHUNKS.incrementAndGet();
        }
        assertThat(search(corpus, "english", "fox", 10)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "english | the runners were running fast   | run",
                "english | Résumés of the staff            | resume staff",
                "german  | die Häuser am großen Fluss      | haus GROSSER",
                "french  | les chevaux mangeaient l'herbe  | cheval herbes mangeait",
                "russian | красивые книги на столе          | книга стол",
                "spanish | las canciones más bonitas       | canción bonita",
                "greek   | το νερό της θάλασσας            | θάλασσα",
                "simple  | Ünïcode naïve façade            | unicode naive facade",
                "simple  | 全文検索の仕組み                  | 検索",
                "simple  | call parseHttpHeader(x) twice   | http",
                "english | call parseHttpHeader(x) twice   | parsehttpheader",
                "english | set max_retry_count to 3        | MAX_RETRY_COUNT",
            })
    void languagesAgreeBetweenIndexAndQuery(String language, String text, String query) {
        // Given a chunk in a language; when asked in other forms of its words; then it is found
        long corpus = newCorpus();
        long chunk = addAll(corpus, language, text);
        for (String word : query.split(" ")) {
            assertThat(search(corpus, language, word, 5))
                    .as("%s in %s", word, text)
                    .extracting(LexicalHit::chunkNo)
                    .containsExactly(chunk);
        }
    }

    @Test
    void corporaOfDifferentLanguagesAreSearchedTogether() {
        // Given the same text in an English corpus and in one without stemming
        long english = newCorpus();
        long plain = newCorpus();
        long inEnglish = addAll(english, "english", "searching libraries", "unrelated");
        long inPlain = addAll(plain, "simple", "searching libraries", "library");
        List<CorpusRef> both = List.of(new CorpusRef(english, "english"), new CorpusRef(plain, "simple"));
        // When asking for the singular
        List<LexicalHit> hits = search(both, "library", 10);
        // Then each corpus answers by its own language
        assertThat(hits).extracting(LexicalHit::chunkNo).containsExactlyInAnyOrder(inEnglish, inPlain + 1);
        assertThat(hits).extracting(LexicalHit::corpusNo).containsExactlyInAnyOrder(english, plain);
    }

    @Test
    void aPhraseDemandsAllItsWords() {
        // Given
        long corpus = newCorpus();
        long first = addAll(corpus, "english", "the state of the art", "state machine", "modern art in the state");
        // When quoted; then chunks with only one of the words are out; when not quoted, they are in
        assertThat(search(corpus, "english", "\"state of the art\"", 10))
                .extracting(LexicalHit::chunkNo)
                .containsExactlyInAnyOrder(first, first + 2);
        assertThat(search(corpus, "english", "state of the art", 10)).hasSize(3);
        assertThat(search(corpus, "english", "\"state nowhere\" art", 10)).isEmpty();
        assertThat(search(corpus, "english", "\"state", 10)).hasSize(3);
    }

    @Test
    void anyTextIsAQuery() {
        // Given
        long corpus = newCorpus();
        addAll(corpus, "english", "Robert'); drop table students;-- and 100 % of _them_", "it is what it is");
        Random random = new Random(11);
        List<String> queries = new ArrayList<>(List.of(
                "",
                " ",
                "\"",
                "\"\"",
                "\" \" \"",
                "'; drop table lexical_segment; --",
                "😀🔥",
                "the of and",
                "\0",
                "a & b | !c <-> d:*",
                "%",
                "_",
                "\\",
                "\uD800",
                "\u202E",
                "((((",
                "1e309",
                "NULL",
                "$1 $2"));
        queries.add("word ".repeat(2_000));
        queries.add("x".repeat(10_000));
        for (int i = 0; i < 3_000; i++) {
            queries.add(i + "w");
        }
        queries = new ArrayList<>(queries.subList(0, 60));
        queries.add(String.join(" ", queries) + " distinct".repeat(3_000));
        for (int i = 0; i < 200; i++) {
            queries.add(AnalyzerTest.randomText(random));
        }
        // When any of them is asked; then there is an answer, and the table is still there
        for (String query : queries) {
            assertThat(search(corpus, "english", query, 10)).as(query).isNotNull();
        }
        assertThat(search(corpus, "english", "drop table students", 10)).hasSize(1);
        assertThat(search(corpus, "english", "it is", 10)).isEmpty();
    }

    @Test
    void manyWritersAndRemoversLeaveExactlyWhatTheyMeantTo() {
        // Given eight writers that each add twenty documents of three chunks and remove every second one
        long corpus = newCorpus();
        List<Long> kept = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Uni<Void>> writers = new ArrayList<>();
        for (int w = 0; w < 8; w++) {
            Uni<Void> writer = Uni.createFrom().voidItem();
            for (int d = 0; d < 20; d++) {
                boolean remove = d % 2 == 1;
                writer = writer.chain(() -> {
                    List<ChunkText> chunks = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        chunks.add(new ChunkText(CHUNKS.incrementAndGet(), "common words in chunk"));
                    }
                    List<Long> numbers = chunks.stream().map(ChunkText::chunkNo).toList();
                    Uni<Void> added = database.bulkSql(tx -> index.add(tx, corpus, "simple", chunks));
                    if (remove) {
                        return added.chain(() -> database.bulkSql(tx -> index.remove(tx, corpus, numbers)));
                    }
                    kept.addAll(numbers);
                    return added;
                });
            }
            writers.add(writer);
        }
        // When they run at the same time
        Uni.join().all(writers).andFailFast().await().atMost(Duration.ofSeconds(60));
        // Then exactly the kept chunks are found, in order of their numbers because all score the same
        assertThat(search(corpus, "simple", "common", 1_000))
                .extracting(LexicalHit::chunkNo)
                .containsExactlyElementsOf(kept.stream().sorted().toList());
    }

    @Test
    void aDroppedCorpusIsGone() {
        // Given
        long corpus = newCorpus();
        addAll(corpus, "simple", "something");
        // When
        write(tx -> corpora.drop(tx, corpus));
        // Then
        assertThat(search(corpus, "simple", "something", 5)).isEmpty();
    }

    private long newCorpus() {
        long corpus = CORPORA.incrementAndGet();
        write(tx -> corpora.create(tx, corpus));
        return corpus;
    }

    private long addAll(long corpus, String language, String... texts) {
        List<ChunkText> chunks = new ArrayList<>();
        for (String text : texts) {
            chunks.add(new ChunkText(CHUNKS.incrementAndGet(), text));
        }
        add(corpus, language, chunks);
        return chunks.get(0).chunkNo();
    }

    private void add(long corpus, String language, List<ChunkText> chunks) {
        write(tx -> index.add(tx, corpus, language, chunks));
    }

    private void write(java.util.function.Function<io.vertx.mutiny.sqlclient.SqlConnection, Uni<Void>> work) {
        database.bulkSql(work).await().atMost(Duration.ofSeconds(30));
    }

    private List<LexicalHit> search(long corpus, String language, String query, int limit) {
        return search(List.of(new CorpusRef(corpus, language)), query, limit);
    }

    private List<LexicalHit> search(List<CorpusRef> refs, String query, int limit) {
        return database.readSql(connection -> index.search(connection, refs, query, limit))
                .await()
                .atMost(Duration.ofSeconds(10));
    }

    private static List<ChunkText> randomChunks(Random random, int count) {
        List<ChunkText> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(new ChunkText(CHUNKS.incrementAndGet(), words(random, 1 + random.nextInt(60))));
        }
        return chunks;
    }

    /** Words of a small vocabulary with a few very common ones. */
    private static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(" w").append((char) ('a' + (int) (26 * Math.pow(random.nextDouble(), 3))));
        }
        return text.substring(1);
    }
}
