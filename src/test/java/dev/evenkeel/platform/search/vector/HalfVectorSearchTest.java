package dev.evenkeel.platform.search.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkRange;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Search by the indexes of pgvector, on a database that has it. */
@QuarkusTest
class HalfVectorSearchTest {
    private static final int DIMENSION = 24;
    private static final int LIMIT = 10;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AtomicLong NEXT = new AtomicLong(4_200_000_000L);

    @Inject
    Database database;

    @Inject
    Offload offload;

    @Inject
    CorpusState corpora;

    @Inject
    PgVector pgVector;

    @Inject
    JobQueue jobs;

    @Inject
    Sql sql;

    private final Random random = new Random(17);
    private final Map<Long, float[]> stored = new TreeMap<>();
    private final long corpus = NEXT.addAndGet(1_000_000);
    private final String modelName = "half-vectors-" + UUID.randomUUID();

    @BeforeEach
    void onlyWithPgVector() {
        assumeThat(pgVector.used())
                .as(
                        "needs a database with pgvector 0.8 (CONTRIBUTING, Tests): %s",
                        pgVector.choice().reason())
                .isTrue();
    }

    /** Looks at few nodes, so that the graph is worth it among some thousand vectors. */
    private static final VectorIndexConfig SMALL = new VectorIndexConfig() {
        @Override
        public Kind kind() {
            return Kind.AUTO;
        }

        @Override
        public int from() {
            return 2_000;
        }

        @Override
        public int compared() {
            return 0;
        }

        @Override
        public int visited() {
            return 64;
        }

        @Override
        public MemorySize buildMemory() {
            return new MemorySize(BigInteger.valueOf(16 << 20));
        }

        @Override
        public Duration interval() {
            return Duration.ofHours(1);
        }
    };

    @Test
    void filteredSearchesFindTheirNearestByTheGraph() {
        // Given
        VectorIndex index = index();
        int model = indexed(index, 4_000);
        long[] half = stored.keySet().stream()
                .mapToLong(no -> no)
                .filter(no -> no % 2 == 0)
                .toArray();
        long[] some = stored.keySet().stream()
                .mapToLong(no -> no)
                .filter(no -> no % 1_000 < 300)
                .toArray();

        // When, then
        assertThat(recall(index, model, ChunkSet.ALL)).isGreaterThanOrEqualTo(0.97);
        assertThat(recall(index, model, ChunkSet.of(half))).isGreaterThanOrEqualTo(0.97);
        assertThat(recall(index, model, ChunkSet.of(some))).isGreaterThanOrEqualTo(0.97);
        assertThat(recall(index, model, ChunkSet.except(half))).isGreaterThanOrEqualTo(0.97);
        assertThat(index.residentCorpora()).isEmpty();
        assertThat(index.residentBytes()).isZero();
    }

    @Test
    void aFilterThatLeavesOnlyWhatIsFarFindsAllItAsksFor() {
        // Given two clouds, and a filter that leaves only the one which the query is not in
        VectorIndex index = index();
        int model = run(tx -> index.modelNo(tx, modelName, DIMENSION));
        run(tx -> corpora.create(tx, corpus));
        store(index, model, 0, 2_500, 0);
        store(index, model, 2_500, 4_000, 3);
        await(model);
        long[] far = LongStream.range(chunkNo(2_500), chunkNo(4_000)).toArray();

        // When, then
        assertThat(recall(index, model, ChunkSet.of(far))).isGreaterThanOrEqualTo(0.97);
    }

    @Test
    void whatIsCommittedIsFoundAtOnceAndWhatIsGoneNever() {
        // Given
        VectorIndex index = index();
        int model = indexed(index, 2_500);

        // When one more is stored, changed, renumbered and removed
        store(index, model, 2_500, 2_501, 9);
        long added = chunkNo(2_500);
        float[] asked = Objects.requireNonNull(stored.get(added));
        assertThat(nearest(index, model, asked)).isEqualTo(added);
        run(tx -> index.renumber(
                tx, corpus, List.of(new VectorIndex.Successor(added, chunkNo(3_000), new byte[] {(byte) 2_500}))));

        // Then
        assertThat(nearest(index, model, asked)).isEqualTo(chunkNo(3_000));
        float[] other = vector(-9);
        run(tx -> index.add(tx, corpus, model, List.of(new ChunkVector(chunkNo(3_000), new byte[] {1}, other))));
        assertThat(nearest(index, model, other)).isEqualTo(chunkNo(3_000));
        run(tx -> index.remove(tx, corpus, List.of(chunkNo(3_000))));
        assertThat(nearest(index, model, other)).isNotEqualTo(chunkNo(3_000));
        assertThat(sql.number("select count(*) from chunk_half_vector where model_no = $1", model))
                .isEqualTo(2_500);
        run(tx -> index.drop(tx, corpus));
        assertThat(search(index, model, other, ChunkSet.ALL)).isEmpty();
        assertThat(sql.number("select count(*) from chunk_half_vector where model_no = $1", model))
                .isZero();
    }

    @Test
    void copiesAreNearlyTheirVectorsWhateverTheNumbersAre() {
        // Given
        VectorIndex index = index();
        int model = indexed(index, 2_000);
        List<float[]> odd = List.of(
                numbers(1e38f, -3e38f, 0f),
                numbers(1e-30f, 2e-30f, -1e-31f),
                numbers(-0f, 0f, 1f),
                numbers(-7, 0.1f, 65_505));

        // When, then
        for (float[] vector : odd) {
            long chunkNo = chunkNo(9_000);
            run(tx -> index.replace(tx, corpus, model, List.of(new ChunkVector(chunkNo, new byte[] {3}, vector))));
            float[] unit = unit(vector);
            double distance = sql.rows(
                            "select (embedding <-> $1::real[]::halfvec)::float8 from chunk_half_vector"
                                    + " where chunk_no = $2 and model_no = $3",
                            boxed(unit),
                            chunkNo,
                            model)
                    .iterator()
                    .next()
                    .getDouble(0);
            assertThat(distance).isLessThan(2e-3);
        }
        // And one without a direction is stored too
        run(tx -> index.replace(
                tx, corpus, model, List.of(new ChunkVector(chunkNo(9_001), new byte[] {4}, new float[DIMENSION]))));
        assertThat(search(index, model, odd.get(3), ChunkSet.ALL)).isNotEmpty();
    }

    @Test
    void whatABrokenBuildLeftIsReplaced() {
        // Given an index whose building broke off, because somebody else was writing
        VectorIndex index = index();
        int model = run(tx -> index.modelNo(tx, modelName, DIMENSION));
        run(tx -> corpora.create(tx, corpus));
        run(tx -> HalfVectors.prepare(tx));
        store(index, model, 0, 2_500, 0);
        String create = HalfVectors.createIndex(model, DIMENSION);
        run(tx -> tx.query("lock table chunk_half_vector in row exclusive mode")
                .execute()
                .chain(() -> database.maintenanceSql(connection -> connection
                        .query("set statement_timeout = '2s'")
                        .execute()
                        .chain(() -> connection.query(create).execute())
                        .replaceWithVoid()
                        .onFailure()
                        .recoverWithNull())));
        assertThat(isValid(model)).isFalse();
        assertThat(sql.number("select count(*) from pg_class where relname = $1", HalfVectors.INDEX + model))
                .isEqualTo(1);

        // When, then searches go on meanwhile, by sign bits
        assertThat(recall(index, model, ChunkSet.ALL)).isGreaterThanOrEqualTo(0.8);
        assertThat(index.residentCorpora()).contains(corpus);

        // And afterwards by the new index, and the memory is free
        await(model);
        assertThat(recall(index, model, ChunkSet.ALL)).isGreaterThanOrEqualTo(0.97);
        assertThat(index.residentCorpora()).isEmpty();
    }

    private VectorIndex index() {
        return new VectorIndex(
                database,
                offload,
                new VectorConfig() {
                    @Override
                    public MemorySize cacheSize() {
                        return new MemorySize(BigInteger.valueOf(1_000_000));
                    }

                    @Override
                    public int candidates() {
                        return 100;
                    }

                    @Override
                    public int loadWhileWaiting() {
                        return 100_000;
                    }
                },
                new HalfVectorSearch(pgVector, SMALL),
                new SimpleMeterRegistry());
    }

    /** A model with so many vectors and a valid index. */
    private int indexed(VectorIndex index, int chunks) {
        int model = run(tx -> index.modelNo(tx, modelName, DIMENSION));
        run(tx -> corpora.create(tx, corpus));
        store(index, model, 0, chunks, 0);
        await(model);
        return model;
    }

    private void await(int model) {
        run(new HnswQueue(pgVector, SMALL, jobs)::run);
        jobs.announce();
        Eventually.holds(SOON, () -> assertThat(isValid(model)).isTrue());
    }

    private boolean isValid(int model) {
        return sql.number(
                        "select count(*) from pg_index where indexrelid = to_regclass($1) and indisvalid",
                        HalfVectors.INDEX + model)
                == 1;
    }

    private long chunkNo(int number) {
        return corpus * 100 + number;
    }

    private void store(VectorIndex index, int model, int from, int to, float around) {
        List<ChunkVector> vectors = new ArrayList<>();
        for (int i = from; i < to; i++) {
            float[] vector = vector(around);
            stored.put(chunkNo(i), vector);
            vectors.add(new ChunkVector(chunkNo(i), new byte[] {(byte) i}, vector));
        }
        run(tx -> index.add(tx, corpus, model, vectors)
                .chain(() -> corpora.commitChange(
                        tx, corpus, to - from, 0, List.of(new ChunkRange(chunkNo(from), chunkNo(to - 1))), List.of())));
    }

    private double recall(VectorIndex index, int model, ChunkSet within) {
        int found = 0;
        int questions = 20;
        for (int q = 0; q < questions; q++) {
            float[] asked = vector(0);
            List<Long> expected = stored.entrySet().stream()
                    .filter(entry -> within.contains(entry.getKey()))
                    .sorted(Comparator.comparingDouble(entry -> -Vectors.cosine(asked, entry.getValue())))
                    .limit(LIMIT)
                    .map(Map.Entry::getKey)
                    .toList();
            List<Long> hits = search(index, model, asked, within);
            assertThat(hits).hasSize(LIMIT).doesNotHaveDuplicates().allMatch(within::contains);
            found += (int) hits.stream().filter(expected::contains).count();
        }
        return found / (double) (questions * LIMIT);
    }

    private long nearest(VectorIndex index, int model, float[] asked) {
        return search(index, model, asked, ChunkSet.ALL).get(0);
    }

    private List<Long> search(VectorIndex index, int model, float[] asked, ChunkSet within) {
        VectorHits hits = database.readSql(connection -> index.search(
                        connection, new VectorQuery(List.of(corpus), model, asked, Metric.cosine, within, LIMIT)))
                .await()
                .atMost(SOON);
        assertThat(hits.complete()).isTrue();
        return hits.hits().stream().map(VectorHit::chunkNo).toList();
    }

    private float[] vector(float around) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian() + (i % 2 == 0 ? around : -around);
        }
        return vector;
    }

    private static float[] numbers(float... first) {
        float[] vector = new float[DIMENSION];
        System.arraycopy(first, 0, vector, 0, first.length);
        return vector;
    }

    private static float[] unit(float[] vector) {
        double length = Math.sqrt(Vectors.innerProduct(vector, vector));
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    private static Float[] boxed(float[] numbers) {
        Float[] boxed = new Float[numbers.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = numbers[i];
        }
        return boxed;
    }

    private <T> T run(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(work).await().atMost(SOON);
    }
}
