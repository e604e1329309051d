package dev.evenkeel.platform.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.platform.database.Database;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CorpusStateTest {
    private static final long CORPUS = 3_000_001;

    @Inject
    Database database;

    @Inject
    CorpusState corpora;

    @Inject
    ChangePruning pruning;

    @Test
    void changesAreCountedAndNotedInCommitOrder() {
        // Given
        long corpus = CORPUS;
        run(tx -> corpora.create(tx, corpus));
        // When twenty transactions change it at the same time
        List<Uni<Long>> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            long no = i;
            changes.add(database.bulkSql(tx -> corpora.commitChange(
                    tx, corpus, 2, 10, List.of(new ChunkRange(no, no)), no % 2 == 0 ? List.of(no) : List.of())));
        }
        List<Long> versions = Uni.join().all(changes).andFailFast().await().atMost(Duration.ofSeconds(20));
        // Then each got a version of its own, and sums and notes are exact
        assertThat(versions).doesNotHaveDuplicates().allMatch(version -> version >= 1 && version <= 20);
        assertThat(number("select chunks from corpus_state where corpus_no = $1", corpus))
                .isEqualTo(40);
        assertThat(number("select tokens from corpus_state where corpus_no = $1", corpus))
                .isEqualTo(200);
        assertThat(number("select count(*) from corpus_delta where corpus_no = $1", corpus))
                .isEqualTo(30);
        // When everything is forgotten
        run(tx -> pruning.prune(tx, Duration.ZERO.minusSeconds(1)));
        // Then the corpus says up to where
        assertThat(number("select count(*) from corpus_delta where corpus_no = $1", corpus))
                .isZero();
        assertThat(number("select pruned_version from corpus_state where corpus_no = $1", corpus))
                .isEqualTo(20);
        // And when it is dropped, nothing is left
        run(tx -> corpora.drop(tx, corpus));
        assertThat(number("select count(*) from corpus_state where corpus_no = $1", corpus))
                .isZero();
    }

    @Test
    void aChangeOfNoCorpusFails() {
        assertThatThrownBy(() -> run(tx -> corpora.commitChange(tx, CORPUS + 1, 1, 1, List.of(), List.of())
                        .replaceWithVoid()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not exist");
    }

    private void run(Function<SqlConnection, Uni<Void>> work) {
        database.bulkSql(work).await().atMost(Duration.ofSeconds(20));
    }

    private long number(String statement, long corpus) {
        return database.readSql(connection -> connection
                        .preparedQuery(statement)
                        .execute(Tuple.of(corpus))
                        .map(rows -> rows.iterator().next().getLong(0)))
                .await()
                .atMost(Duration.ofSeconds(10));
    }
}
