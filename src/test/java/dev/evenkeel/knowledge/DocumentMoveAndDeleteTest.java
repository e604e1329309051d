package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.documentPath;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.largeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a document is found when it has moved, and that nothing is left of a deleted one. */
@QuarkusTest
class DocumentMoveAndDeleteTest {
    @Inject
    Sql sql;

    @Inject
    Database database;

    @Test
    void aMovedDocumentIsFoundInItsNewCollectionOnly() {
        // Given collections of different languages
        UUID english = collection("english");
        UUID simple = collection("simple");
        UUID id = storeAt(english, "m.md", "# Ships\n\nrunning anchors\n\n" + "filler words ".repeat(600));
        UUID stays = storeText(english, "an anchor that stays");
        long chunkCount = document(id).getLong("chunk_count");
        long tokens = document(id).getLong("token_count");
        List<String> chunkIds = chunks(id).getList("items.id");
        assertThat(chunkCount).isGreaterThan(1);

        // When
        JsonPath moved = ok(post(documentPath(id) + "/move", Map.of("collection_id", simple)));

        // Then
        assertThat(moved.getString("collection_id")).isEqualTo(simple.toString());
        assertThat(foundDocuments("anchors", english)).containsExactly(stays);
        assertThat(foundDocuments("anchors", simple)).containsExactly(id);
        assertThat(foundDocuments("anchors", english, simple)).containsExactlyInAnyOrder(id, stays);
        // The words are kept as they are there
        assertThat(foundDocuments("run", simple)).isEmpty();
        assertThat(foundDocuments("running", simple)).containsExactly(id);
        assertThat(chunks(id).getList("items.id", String.class)).isEqualTo(chunkIds);
        assertThat(ok(get(COLLECTIONS + "/" + english)).getLong("chunk_count")).isEqualTo(1);
        assertThat(ok(get(COLLECTIONS + "/" + simple)).getLong("chunk_count")).isEqualTo(chunkCount);
        assertThat(ok(get(COLLECTIONS + "/" + simple)).getLong("token_count")).isEqualTo(tokens);
        assertThat(statistics(english).getLong("documents")).isEqualTo(1);
        assertThat(statistics(simple).getLong("chunks")).isEqualTo(chunkCount);
        assertThat(get(documentPath(id) + "/content").statusCode()).isEqualTo(200);
        // And back again
        ok(post(documentPath(id) + "/move", Map.of("collection_id", english)));
        assertThat(foundDocuments("run", english)).containsExactly(id);
        assertThat(foundDocuments("running", simple)).isEmpty();
        assertThat(ok(get(COLLECTIONS + "/" + simple)).getLong("chunk_count")).isZero();
    }

    @Test
    void whoWaitsForTheEndOfAMoveFindsTheDocument() {
        // Given a document without chunks, which is being moved
        UUID from = collection();
        UUID to = collection();
        UUID id = uploadedFile(from, "empty.md", new byte[0]);
        String waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                + " and query like '%from document d join collection c%for update of d%'";
        AtomicReference<@Nullable CompletableFuture<Response>> change = new AtomicReference<>();
        Executor threads = task -> new Thread(task).start();
        // When somebody changes it before the move has ended
        database.writeSql(tx -> tx.preparedQuery("update document set collection_id = $2 where id = $1")
                        .execute(Tuple.of(id, to))
                        .chain(() -> Uni.createFrom()
                                .completionStage(CompletableFuture.runAsync(
                                        () -> {
                                            change.set(CompletableFuture.supplyAsync(
                                                    () -> patch(documentPath(id), Map.of("title", "Changed")),
                                                    threads));
                                            Eventually.holds(() -> assertThat(sql.number(waiting))
                                                    .isEqualTo(1));
                                        },
                                        threads))))
                .await()
                .atMost(Duration.ofSeconds(30));
        // Then
        Response changed = Objects.requireNonNull(change.get()).join();
        assertThat(changed.statusCode()).as(changed.asString()).isEqualTo(200);
        assertThat(document(id).getString("title")).isEqualTo("Changed");
        assertThat(document(id).getString("collection_id")).isEqualTo(to.toString());
    }

    @Test
    void aMoveIsRefusedWhereTheDocumentIsAlreadyOrNothingIs() {
        // Given
        UUID from = collection();
        UUID to = collection();
        UUID byPath = storeAt(from, "same.md", "one");
        storeAt(to, "same.md", "two");
        UUID byContent = storeText(from, "three");
        storeText(to, "three");
        UUID gone = collection();
        delete(COLLECTIONS + "/" + gone).then().statusCode(204);

        // Then
        problem(post(documentPath(byPath) + "/move", Map.of("collection_id", to)), 409);
        problem(post(documentPath(byContent) + "/move", Map.of("collection_id", to)), 409);
        problem(post(documentPath(byPath) + "/move", Map.of("collection_id", NOBODY)), 404);
        problem(post(documentPath(byPath) + "/move", Map.of("collection_id", gone)), 404);
        problem(post(documentPath(NOBODY) + "/move", Map.of("collection_id", to)), 404);
        problem(post(documentPath(byPath) + "/move", Map.of()), 400);
        problem(post(documentPath(byPath) + "/move", Map.of("collection_id", "x")), 400);
        assertThat(document(byPath).getString("collection_id")).isEqualTo(from.toString());
        // And a move to where it is changes nothing
        int version = document(byPath).getInt("version");
        assertThat(ok(post(documentPath(byPath) + "/move", Map.of("collection_id", from)))
                        .getInt("version"))
                .isEqualTo(version);
    }

    @Test
    void aDocumentMovedWhileItWaitsIsIndexedWhereItIs() {
        // Given
        UUID from = collection();
        UUID to = collection();
        pauseIngestion();
        UUID id;
        try {
            id = id(
                    send(from, Map.of("content", largeText(270_000, "wanderer")))
                            .jsonPath(),
                    "id");
            // When
            ok(post(documentPath(id) + "/move", Map.of("collection_id", to)));
        } finally {
            resumeIngestion();
        }
        completed(id);

        // Then
        assertThat(foundDocuments("wanderer", from)).isEmpty();
        assertThat(foundDocuments("wanderer", to)).containsExactly(id);
        assertThat(ok(get(COLLECTIONS + "/" + to)).getLong("chunk_count"))
                .isEqualTo(document(id).getLong("chunk_count"));
        assertThat(ok(get(COLLECTIONS + "/" + from)).getLong("chunk_count")).isZero();
    }

    @Test
    void nothingIsLeftOfADeletedDocument() {
        // Given
        UUID collection = collection();
        UUID id = storeAt(collection, "d.md", "the okapi " + "and more words ".repeat(600));
        UUID kept = storeText(collection, "another okapi");

        // When
        delete(documentPath(id)).then().statusCode(204);

        // Then the next requests know nothing of it
        assertThat(foundDocuments("okapi", collection)).containsExactly(kept);
        problem(get(documentPath(id)), 404);
        problem(get(documentPath(id) + "/chunks"), 404);
        problem(get(documentPath(id) + "/content"), 404);
        problem(patch(documentPath(id), Map.of("title", "x")), 404);
        problem(put(documentPath(id) + "/content", Map.of("content", "x")), 404);
        problem(post(documentPath(id) + "/reindex", ""), 404);
        problem(delete(documentPath(id)), 404);
        JsonPath view = ok(get(COLLECTIONS + "/" + collection));
        assertThat(view.getLong("document_count")).isEqualTo(1);
        assertThat(view.getLong("chunk_count")).isEqualTo(document(kept).getLong("chunk_count"));
        assertThat(view.getLong("token_count")).isEqualTo(document(kept).getLong("token_count"));
        assertThat(sql.number("select count(*) from chunk where document_id = $1", id))
                .isZero();
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isZero();
        // And it can be stored anew
        assertThat(storeAt(collection, "d.md", "the okapi again")).isNotEqualTo(id);
    }

    @Test
    void aWaitingDocumentIsDeletedWithItsJob() {
        // Given
        UUID collection = collection();
        pauseIngestion();
        UUID id;
        UUID job;
        try {
            JsonPath stored = send(collection, Map.of("content", largeText(270_000, "ghostly")))
                    .jsonPath();
            id = id(stored, "id");
            job = id(stored, "job_id");
            // When
            delete(documentPath(id)).then().statusCode(204);
        } finally {
            resumeIngestion();
        }

        // Then
        assertThat(KnowledgeApi.job(job).getString("state")).isEqualTo("cancelled");
        problem(get(documentPath(id)), 404);
        assertThat(foundDocuments("ghostly", collection)).isEmpty();
        assertThat(statistics(collection).getLong("documents")).isZero();
    }
}
