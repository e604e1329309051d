package dev.evenkeel.platform.search.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkRange;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.testing.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Two replicas, one of which searches a corpus, before and after it goes over to another model. */
@QuarkusTest
class VectorsToComeTest {
    private static final long CORPUS = 4_100_001;
    private static final long FIRST_CHUNK = 4_100_000_000L;
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Database database;

    @Inject
    Offload offload;

    @Inject
    CorpusState corpora;

    @Inject
    HalfVectorSearch halves;

    @Test
    void aReplicaThatSearchesACorpusFindsAtOnceByTheModelToCome() {
        // Given a corpus that is too large to be loaded while a search waits
        VectorIndex searching = replica();
        VectorIndex idle = replica();
        int before = run(tx -> searching.modelNo(tx, "to-come-test-before", 4));
        int after = run(tx -> searching.modelNo(tx, "to-come-test-after", 4));
        run(tx -> corpora.create(tx, CORPUS));
        store(searching, before, 0, 20);
        Eventually.holds(
                SOON, () -> assertThat(search(searching, before).complete()).isTrue());

        // When both are told of the model to come twice, and something is written after that
        store(searching, after, 0, 10);
        keepUp(searching, after);
        keepUp(idle, after);
        store(searching, after, 10, 20);
        keepUp(searching, after);
        keepUp(idle, after);
        store(searching, after, 20, 21);

        // Then the first search by it is complete where the corpus is searched, and the other one keeps nothing
        VectorHits found = search(searching, after);
        assertThat(found.complete()).isTrue();
        assertThat(found.hits()).hasSize(21);
        assertThat(idle.residentCorpora()).isEmpty();
        assertThat(search(idle, after).complete()).isFalse();
    }

    private VectorIndex replica() {
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
                        return -1;
                    }
                },
                halves,
                new SimpleMeterRegistry());
    }

    private void store(VectorIndex index, int modelNo, int from, int to) {
        List<ChunkVector> vectors = new ArrayList<>();
        for (int i = from; i < to; i++) {
            vectors.add(new ChunkVector(FIRST_CHUNK + i, new byte[] {(byte) i}, new float[] {1, i, -1, 2}));
        }
        run(tx -> index.add(tx, CORPUS, modelNo, vectors)
                .chain(() -> corpora.commitChange(
                        tx,
                        CORPUS,
                        0,
                        0,
                        List.of(new ChunkRange(FIRST_CHUNK + from, FIRST_CHUNK + to - 1)),
                        List.of())));
    }

    private void keepUp(VectorIndex index, int modelNo) {
        index.keepUp(CORPUS, modelNo, 4).await().atMost(SOON);
    }

    private VectorHits search(VectorIndex index, int modelNo) {
        return database.readSql(connection -> index.search(
                        connection,
                        new VectorQuery(
                                List.of(CORPUS), modelNo, new float[] {1, 3, -1, 2}, Metric.cosine, ChunkSet.ALL, 50)))
                .await()
                .atMost(SOON);
    }

    private <T> T run(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(work).await().atMost(SOON);
    }
}
