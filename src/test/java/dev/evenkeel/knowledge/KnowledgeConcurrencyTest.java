package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Many clients at the same documents: nothing is doubled, nothing is lost, every count is right. */
@QuarkusTest
class KnowledgeConcurrencyTest {
    /** Holds its transaction open until another one wants to lock a document, for four seconds at most. */
    private static final String UNTIL_SOMEBODY_WAITS = """
            do $$ begin
              for i in 1..40 loop
                exit when exists (
                  select 1 from pg_stat_activity
                  where wait_event_type = 'Lock' and query ilike '%from document%for update%');
                perform pg_sleep(0.1), pg_stat_clear_snapshot();
              end loop;
            end $$""";

    @Inject
    Sql sql;

    @Inject
    Database database;

    /** What every count says of a collection, whoever counts. */
    private void assertConsistent(UUID collection) {
        JsonPath statistics = statistics(collection);
        JsonPath view = ok(get(COLLECTIONS + "/" + collection));
        JsonPath documents =
                ok(request().queryParam("collection_id", collection).get(DOCUMENTS + "?limit=200"));
        long chunks = documents.getList("items.chunk_count", Long.class).stream()
                .mapToLong(Long::longValue)
                .sum();
        long tokens = documents.getList("items.token_count", Long.class).stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(statistics.getLong("documents"))
                .isEqualTo(documents.getList("items").size())
                .isEqualTo(view.getLong("document_count"));
        assertThat(statistics.getLong("chunks")).isEqualTo(chunks).isEqualTo(view.getLong("chunk_count"));
        assertThat(statistics.getLong("tokens")).isEqualTo(tokens).isEqualTo(view.getLong("token_count"));
        assertThat(sql.number(
                        "select count(*) from chunk k join document d on d.id = k.document_id where d.collection_id = $1",
                        collection))
                .isEqualTo(chunks);
    }

    private static void noneFailed(List<Integer> statuses) {
        assertThat(statuses).allMatch(status -> status < 500 || status == 503);
    }

    @Test
    void aJobThatWaitsForAMoveIndexesWhereTheDocumentIsThen() throws InterruptedException {
        // Given content for a job, and a move that has not committed yet
        UUID here = collection();
        UUID there = collection();
        KnowledgeApi.pauseIngestion();
        CountDownLatch locked = new CountDownLatch(1);
        CompletableFuture<?> moved;
        UUID document;
        try {
            document = id(
                    send(here, Map.of("content", "okapi stories. ".repeat(20_000)))
                            .jsonPath(),
                    "id");
            UUID moving = document;
            moved = database.writeSql(tx -> tx.preparedQuery("update document set collection_id = $2 where id = $1")
                            .execute(Tuple.of(moving, there))
                            .invoke(locked::countDown)
                            .chain(() -> tx.query(UNTIL_SOMEBODY_WAITS).execute()))
                    .subscribeAsCompletionStage();
            assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            KnowledgeApi.resumeIngestion();
        }

        // When it commits while the job waits for it
        moved.join();

        // Then the job has done its work
        assertThat(completed(document).getString("collection_id")).isEqualTo(there.toString());
        assertThat(foundDocuments("okapi", there)).containsOnly(document);
        assertThat(foundDocuments("okapi", here)).isEmpty();
        assertConsistent(there);
        assertConsistent(here);
    }

    @Test
    void theSameContentFromManyIsOneDocument() {
        // Given
        UUID collection = collection();

        // When
        List<Response> responses = Concurrently.all(
                20, i -> patiently(() -> send(collection, Map.of("content", "the okapi of everybody"))));

        // Then
        List<Integer> statuses = responses.stream().map(Response::statusCode).toList();
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).allMatch(status -> status == 201 || status == 200);
        Set<String> ids = responses.stream()
                .map(response -> Json.of(response).getString("id"))
                .collect(Collectors.toSet());
        assertThat(ids).hasSize(1);
        assertThat(search("okapi", collection).getList("results")).hasSize(1);
        assertConsistent(collection);
    }

    @Test
    void theSamePathFromManyIsOneDocumentWithTheContentOfOneOfThem() {
        // Given
        UUID collection = collection();

        // When
        List<Response> responses = Concurrently.all(
                20,
                i -> patiently(
                        () -> send(collection, Map.of("content", "okapi number" + (100 + i), "source_path", "a.md"))));

        // Then
        assertThat(responses)
                .allSatisfy(response -> assertThat(response.statusCode())
                        .as(response.asString())
                        .isEqualTo(201));
        List<Integer> revisions = responses.stream()
                .map(response -> Json.of(response).getInt("revision"))
                .sorted()
                .toList();
        assertThat(revisions).doesNotHaveDuplicates().hasSize(20).startsWith(1).endsWith(20);
        JsonPath found = search("okapi", collection);
        assertThat(found.getList("results")).hasSize(1);
        int winner = revisions.indexOf(20);
        String last = responses.stream()
                .filter(response -> Json.of(response).getInt("revision") == 20)
                .findFirst()
                .orElseThrow()
                .jsonPath()
                .getString("content_hash");
        assertThat(winner).isEqualTo(19);
        assertThat(document(id(found, "results[0].document_id")).getString("content_hash"))
                .isEqualTo(last)
                .isEqualTo(KnowledgeApi.sha256(found.getString("results[0].content")));
        assertConsistent(collection);
    }

    @Test
    void theSameFileFromManyIsOneDocument() {
        // Given
        UUID collection = collection();

        // When
        List<Response> responses = Concurrently.all(
                8,
                i -> patiently(() -> KnowledgeApi.upload(
                        collection,
                        new MultipartBody().file("x/a.md", "the okapi file").file("x/b.md", "okapi of client" + i))));

        // Then
        noneFailed(responses.stream().map(Response::statusCode).toList());
        UUID a = id(responses.get(0).jsonPath(), "items[0].document_id");
        UUID b = id(responses.get(0).jsonPath(), "items[1].document_id");
        Eventually.holds(Duration.ofSeconds(20), () -> {
            assertThat(document(a).getString("state")).isEqualTo("completed");
            assertThat(document(b).getString("state")).isEqualTo("completed");
        });
        assertThat(document(a).getInt("revision")).isEqualTo(1);
        assertThat(document(b).getInt("indexed_revision")).isEqualTo(document(b).getInt("revision"));
        assertThat(foundDocuments("okapi", collection)).containsExactlyInAnyOrder(a, b);
        assertConsistent(collection);
    }

    @Test
    void onlyOneOfManyReplacementsOfTheSameVersionIsMade() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "the first okapi");
        String seen = get(DOCUMENTS + "/" + id).header("ETag");

        // When
        List<Integer> statuses = Concurrently.all(
                10,
                i -> request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("content", "okapi of client" + (10 + i)))
                        .put(DOCUMENTS + "/" + id + "/content")
                        .statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(200);
        assertThat(statuses).allMatch(status -> status == 200 || status == 412);
        assertThat(document(id).getInt("revision")).isEqualTo(2);
        assertThat(search("okapi", collection).getList("results")).hasSize(1);
        assertConsistent(collection);
    }

    @Test
    void oneOfManyDeletionsSucceeds() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "the okapi");

        // When
        List<Integer> statuses = Concurrently.all(
                10,
                i -> patiently(() -> KnowledgeApi.delete(DOCUMENTS + "/" + id)).statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(204);
        assertThat(statuses).allMatch(status -> status == 204 || status == 404);
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        assertConsistent(collection);
    }

    @Test
    void oneOfTwoEqualDocumentsMovesToTheSameCollection() {
        for (int round = 0; round < 5; round++) {
            // Given documents of the same path in six collections
            UUID target = collection();
            List<UUID> ids = List.of(1, 2, 3, 4, 5, 6).stream()
                    .map(i -> storeAt(collection(), "same.md", "okapi " + i))
                    .toList();

            // When all of them move to one
            List<Integer> statuses = Concurrently.all(
                    6,
                    i -> post(DOCUMENTS + "/" + ids.get(i) + "/move", Map.of("collection_id", target))
                            .statusCode());

            // Then
            assertThat(statuses).containsOnlyOnce(200);
            assertThat(statuses).allMatch(status -> status == 200 || status == 409);
            assertThat(foundDocuments("okapi", target)).hasSize(1);
            assertConsistent(target);
        }
    }

    @Test
    void everythingAtOnceLeavesConsistentCounts() {
        // Given
        UUID here = collection();
        UUID there = collection();
        List<String> paths = List.of("a.md", "b.md", "c.md");

        // When twelve clients store, replace, change, move, index again, and delete the same three documents
        List<List<Integer>> statuses = Concurrently.all(12, client -> {
            Random random = new Random(client);
            return random.ints(25, 0, 9)
                    .mapToObj(action -> {
                        String path = paths.get(random.nextInt(paths.size()));
                        UUID collection = random.nextBoolean() ? here : there;
                        return act(action, random, path, collection, random.nextBoolean() ? here : there);
                    })
                    .toList();
        });

        // Then
        statuses.forEach(KnowledgeConcurrencyTest::noneFailed);
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(
                                sql.number(
                                        "select count(*) from job where kind = 'knowledge.ingest' and state in ('queued', 'running')"))
                        .isZero());
        for (UUID collection : List.of(here, there)) {
            assertConsistent(collection);
            JsonPath documents =
                    ok(request().queryParam("collection_id", collection).get(DOCUMENTS));
            List<String> ids = documents.getList("items.id", String.class);
            assertThat(documents.getList("items.source_path", String.class)).doesNotHaveDuplicates();
            assertThat(documents.getList("items.state", String.class)).allMatch(state -> state.equals("completed"));
            assertThat(search("okapi", Map.of("limit", 100), collection).getList("results.document_id", String.class))
                    .containsExactlyInAnyOrderElementsOf(ids);
            for (String id : ids) {
                assertThat(KnowledgeApi.sha256(
                                get(DOCUMENTS + "/" + id + "/content").asByteArray()))
                        .isEqualTo(document(UUID.fromString(id)).getString("content_hash"));
            }
        }
    }

    private static int act(int action, Random random, String path, UUID collection, UUID target) {
        List<String> ids = ok(request().queryParam("collection_id", collection).get(DOCUMENTS))
                .getList("items.id", String.class);
        String document = ids.isEmpty() ? UUID.randomUUID().toString() : ids.get(random.nextInt(ids.size()));
        String content = "okapi number" + random.nextInt(6);
        return switch (action) {
            case 0, 1, 2 ->
                send(collection, Map.of("content", content, "source_path", path))
                        .statusCode();
            case 3 ->
                put(DOCUMENTS + "/" + document + "/content", Map.of("content", content))
                        .statusCode();
            case 4 ->
                patch(DOCUMENTS + "/" + document, Map.of("title", "Title " + random.nextInt()))
                        .statusCode();
            case 5 ->
                post(DOCUMENTS + "/" + document + "/move", Map.of("collection_id", target))
                        .statusCode();
            case 6 -> post(DOCUMENTS + "/" + document + "/reindex", "").statusCode();
            case 7 ->
                KnowledgeApi.upload(collection, new MultipartBody().file(path, content))
                        .statusCode();
            default -> KnowledgeApi.delete(DOCUMENTS + "/" + document).statusCode();
        };
    }
}
