package dev.evenkeel.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two transactions that wait for each other: the one that the server ends is run again, and no client learns of it. */
@QuarkusTest
class DeadlockTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    Database database;

    private final AtomicInteger runs = new AtomicInteger();

    private static Uni<RowSet<Row>> lock(SqlConnection tx, long number) {
        return tx.preparedQuery("select pg_advisory_xact_lock($1)").execute(Tuple.of(number));
    }

    private boolean lockBoth(long first, long second, CompletableFuture<Void> own, CompletableFuture<Void> others) {
        return database.writeSql(tx -> {
                    runs.incrementAndGet();
                    return lock(tx, first)
                            .invoke(() -> own.complete(null))
                            .chain(() -> Uni.createFrom().completionStage(others))
                            .chain(() -> lock(tx, second))
                            .replaceWith(true);
                })
                .await()
                .atMost(LIMIT);
    }

    @Test
    void theVictimOfADeadlockRunsAgain() {
        // When two transactions take the same two locks in opposite order, each the second when both have their first
        CompletableFuture<Void> one = new CompletableFuture<>();
        CompletableFuture<Void> two = new CompletableFuture<>();
        var done = Concurrently.all(2, i -> i == 0 ? lockBoth(71, 72, one, two) : lockBoth(72, 71, two, one));

        // Then both succeed, and one of them needed a second run
        assertThat(done).containsExactly(true, true);
        assertThat(runs.get()).isGreaterThan(2);
    }
}
