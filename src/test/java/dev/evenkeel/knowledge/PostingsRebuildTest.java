package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static dev.evenkeel.knowledge.MaintenanceApi.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The keyword index made anew while documents are written. */
@QuarkusTest
class PostingsRebuildTest {
    private static final String WAITING = "select count(*) from pg_locks where not granted";

    @Inject
    Database database;

    @Inject
    Sql sql;

    /** Holds the lock of a corpus, which writers and the exchange wait for, until it is told to let go. */
    private CompletableFuture<Void> hold(long corpusNo, CompletableFuture<Void> letGo) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        database.bulkSql(tx -> tx.preparedQuery("select 1 from corpus_state where corpus_no = $1 for update")
                        .execute(Tuple.of(corpusNo))
                        .invoke(() -> held.complete(null))
                        .chain(() -> Uni.createFrom().completionStage(letGo)))
                .subscribe()
                .with(ignored -> {}, held::completeExceptionally);
        return held;
    }

    private void waiting(int transactions) {
        Eventually.holds(() -> assertThat(sql.number(WAITING)).isGreaterThanOrEqualTo(transactions));
    }

    @Test
    void whatIsWrittenWhileTheExchangeWaitsIsNeitherLostNorThereTwice() throws Exception {
        // Given a collection, and writers that have done everything but commit
        UUID collection = collection();
        UUID stays = storeAt(collection, "stays.md", "The okapi stays.");
        UUID goes = storeAt(collection, "goes.md", "The okapi goes.");
        UUID changes = storeAt(collection, "changes.md", "The okapi was a gerenuk.");
        long corpusNo = sql.number("select corpus_no from collection where id = $1", collection);
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        hold(corpusNo, letGo).get(5, TimeUnit.SECONDS);
        CompletableFuture<UUID> comes = CompletableFuture.supplyAsync(
                () -> storeAt(collection, "comes.md", "The okapi comes."), Concurrently.THREADS);
        CompletableFuture<Integer> deleted = CompletableFuture.supplyAsync(
                () -> delete(DOCUMENTS + "/" + goes).statusCode(), Concurrently.THREADS);
        CompletableFuture<UUID> changed = CompletableFuture.supplyAsync(
                () -> storeAt(collection, "changes.md", "The okapi is a quagga."), Concurrently.THREADS);
        waiting(3);

        // When the index is made anew, and its exchange comes behind them
        UUID job = start(collection, "rebuild-postings", Map.of("dry_run", false));
        waiting(4);
        letGo.complete(null);
        UUID came = comes.get(10, TimeUnit.SECONDS);
        assertThat(deleted.get(10, TimeUnit.SECONDS)).isEqualTo(204);
        assertThat(changed.get(10, TimeUnit.SECONDS)).isEqualTo(changes);
        JsonPath report = done(collection, job);

        // Then
        assertThat(foundDocuments("okapi", collection)).containsExactlyInAnyOrder(stays, came, changes);
        assertThat(foundDocuments("gerenuk", collection)).isEmpty();
        assertThat(foundDocuments("quagga", collection)).containsExactly(changes);
        assertThat(done(collection, "integrity", Map.of()).getList("findings")).isEmpty();
        assertThat(report.getInt("counts.collection_chunks_off")).isZero();
        assertThat(sql.number("""
                        select coalesce(sum(chunk_count), 0)::bigint - (
                          select count(*) from lexical_tombstone where corpus_no = $1)
                        from lexical_segment where corpus_no = $1""", corpusNo)).isEqualTo(3);
    }
}
