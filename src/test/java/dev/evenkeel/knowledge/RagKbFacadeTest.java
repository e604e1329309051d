package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API of rag-kb, route by route, as its clients and scripts meet it. */
@QuarkusTest
class RagKbFacadeTest {
    private static final String NAME = "Knowledge base";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    Database database;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI service;

    private UUID base = new UUID(0, 0);

    /** An empty knowledge base, made by the first who asks. */
    @BeforeEach
    void begin() {
        collections().forEach((name, id) -> {
            if (name.equals(NAME)) {
                request().delete(COLLECTIONS + "/" + id).then().statusCode(204);
            }
        });
        assertThat(ok(request().get("/documents")).getLong("total_documents")).isZero();
        base = UUID.fromString(String.valueOf(collections().get(NAME)));
    }

    @AfterEach
    void goOn() {
        resumeIngestion();
    }

    private static Map<String, String> collections() {
        Map<String, String> found = new HashMap<>();
        String cursor = "";
        while (cursor != null) {
            JsonPath page = ok(request().get(COLLECTIONS + "?limit=200" + cursor));
            for (Map<String, String> item : page.<Map<String, String>>getList("items")) {
                found.put(item.get("name"), item.get("id"));
            }
            String next = page.getString("next_cursor");
            cursor = next == null ? null : "&cursor=" + next;
        }
        return found;
    }

    private static Response postJson(String path, Object body) {
        return request().contentType(ContentType.JSON).body(body).post(path);
    }

    /** The sentence of an error. */
    private static String detail(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.jsonPath().getMap("$")).containsOnlyKeys("detail");
        return response.jsonPath().getString("detail");
    }

    /** A refused request must say where it is wrong. */
    private static void unprocessable(Response response, String... place) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(422);
        assertThat(response.jsonPath().getMap("$")).containsOnlyKeys("detail");
        assertThat(response.jsonPath().getList("detail[0].loc")).containsExactly((Object[]) place);
        assertThat(response.jsonPath().getString("detail[0].msg")).isNotBlank();
        assertThat(response.jsonPath().getString("detail[0].type")).isNotBlank();
    }

    // ---- GET / and /health

    @Test
    void theRootSaysWhatItIs() {
        assertThat(ok(request().get("/")).getMap("$"))
                .isEqualTo(Map.of("message", "RAG Knowledge Base API", "docs", "/q/openapi", "health", "/health"));
    }

    @Test
    void healthNeedsNoToken() {
        JsonPath health = ok(RestAssured.get("/health"));
        assertThat(health.getMap("$"))
                .containsKeys("status", "indexed_documents", "total_chunks", "model", "indexing_in_progress");
        assertThat(health.getString("status")).isEqualTo("healthy");
    }

    // ---- POST /query

    @Test
    void aQuestionIsAnsweredWithPassages() {
        // Given
        storeAt(base, "notes/animals/okapi.md", "# Okapi\n\nThe okapi lives in the forest.");
        storeAt(base, "notes/other.md", "# Other\n\nNothing to see.");
        UUID report = uploadedFile(base, "report.pdf", SampleFiles.pdf(List.of(List.of("the okapi report"))));
        completed(report);
        UUID elsewhere = KnowledgeApi.collection();
        storeText(elsewhere, "an okapi of somebody else");

        // When
        JsonPath answer = ok(postJson("/query", Map.of("text", "okapi", "top_k", 5)));

        // Then
        assertThat(answer.getMap("$")).containsOnlyKeys("results", "query", "total_results");
        assertThat(answer.getString("query")).isEqualTo("okapi");
        assertThat(answer.getInt("total_results")).isEqualTo(2);
        assertThat(answer.getList("results.source")).containsExactlyInAnyOrder("okapi.md", "report.pdf");
        assertThat(answer.<Map<String, Object>>getList("results")).allSatisfy(result -> {
            assertThat(result).containsOnlyKeys("content", "source", "page", "score", "metadata");
            assertThat(result.get("metadata")).isNull();
        });
        assertThat(answer.getList("results.score", Double.class)).allMatch(score -> score > 0);
        assertThat(answer.getString("results.find { it.source == 'okapi.md' }.content"))
                .contains("The okapi lives in the forest.");
        assertThat(answer.getObject("results.find { it.source == 'okapi.md' }.page", Integer.class))
                .isNull();
        assertThat(answer.getInt("results.find { it.source == 'report.pdf' }.page"))
                .isEqualTo(1);
        // And no more than asked for
        assertThat(ok(postJson("/query", Map.of("text", "okapi", "top_k", 1))).getInt("total_results"))
                .isEqualTo(1);
        assertThat(ok(postJson("/query", Map.of("text", "quagga"))).getList("results"))
                .isEmpty();
        // And what it does not know is passed over, as there
        assertThat(ok(postJson("/query", Map.of("text", "okapi", "decompose", false, "threshold", 0.5)))
                        .getInt("total_results"))
                .isEqualTo(2);
    }

    @Test
    void anAnswerIsNeverStale() {
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getInt("total_results"))
                .isZero();
        storeAt(base, "a.md", "the gerenuk");
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getInt("total_results"))
                .isEqualTo(1);
        ok(request().delete("/document/a.md"));
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getInt("total_results"))
                .isZero();
    }

    @Test
    void aQuestionThatIsNoneIsRefused() {
        unprocessable(postJson("/query", Map.of("text", "")), "body", "text");
        unprocessable(postJson("/query", Map.of("text", " \n")), "body", "text");
        unprocessable(postJson("/query", Map.of()), "body", "text");
        unprocessable(postJson("/query", Map.of("text", "x", "top_k", 0)), "body", "top_k");
        unprocessable(postJson("/query", Map.of("text", "x", "top_k", 51)), "body", "top_k");
        unprocessable(postJson("/query", Map.of("text", "x", "top_k", "many")), "body", "top_k");
        unprocessable(postJson("/query", Map.of("text", "x", "threshold", -0.1)), "body", "threshold");
        unprocessable(postJson("/query", Map.of("text", "x", "threshold", 1.1)), "body", "threshold");
        unprocessable(postJson("/query", "{"), "body");
        unprocessable(postJson("/query", "[]"), "body");
        ok(postJson("/query", Map.of("text", "x", "top_k", 50, "threshold", 1)));
        ok(postJson("/query", Map.of("text", "AND OR \"NEAR( * - title:x", "threshold", 0)));
    }

    // ---- GET /documents, /documents/search, /document/{filename}, DELETE

    @Test
    void documentsAreListedThoseFirstThatWereIndexedLast() {
        // Given
        storeAt(base, "a/first.md", "first");
        storeAt(base, "b/second.md", "second");
        UUID nameless = storeText(base, "without a path");
        UUID refused = uploadedFile(base, "bad.md", SampleFiles.image());

        // When
        JsonPath list = ok(request().get("/documents"));

        // Then
        assertThat(list.getMap("$")).containsOnlyKeys("total_documents", "documents");
        assertThat(list.getInt("total_documents")).isEqualTo(3);
        assertThat(list.getList("documents.file_path"))
                .containsExactly(nameless.toString(), "b/second.md", "a/first.md");
        assertThat(list.<Map<String, Object>>getList("documents")).allSatisfy(item -> {
            assertThat(item).containsOnlyKeys("file_path", "indexed_at", "chunk_count");
            assertThat(Instant.parse(String.valueOf(item.get("indexed_at"))))
                    .isBefore(Instant.now().plusSeconds(5));
            assertThat(item.get("chunk_count")).isEqualTo(1);
        });
        assertThat(document(refused).getString("state")).isEqualTo("quarantined");
    }

    @Test
    void documentsAreFoundByPartsOfTheirPaths() {
        // Given
        UUID first = storeAt(base, "notes/First 100%.md", "first");
        storeAt(base, "notes/second_x.md", "second");
        storeAt(base, "code/third.py", "third = 3");

        // Then
        JsonPath found = ok(request().queryParam("pattern", "first").get("/documents/search"));
        assertThat(found.getMap("$")).containsOnlyKeys("pattern", "total_matches", "documents");
        assertThat(found.getString("pattern")).isEqualTo("first");
        assertThat(found.getInt("total_matches")).isEqualTo(1);
        Map<String, Object> item = found.getMap("documents[0]");
        assertThat(item)
                .containsOnlyKeys("id", "file_path", "file_name", "file_hash", "indexed_at", "chunk_count")
                .containsEntry("id", first.toString())
                .containsEntry("file_path", "notes/First 100%.md")
                .containsEntry("file_name", "First 100%.md")
                .containsEntry("file_hash", sha256("first"))
                .containsEntry("chunk_count", 1);
        assertThat(paths("notes/")).containsExactly("notes/second_x.md", "notes/First 100%.md");
        assertThat(paths("0%")).containsExactly("notes/First 100%.md");
        assertThat(paths("d_x")).containsExactly("notes/second_x.md");
        assertThat(paths("t_i")).isEmpty();
        assertThat(paths("*.py")).containsExactly("code/third.py");
        assertThat(paths("'; drop table document; --")).isEmpty();
        JsonPath all = ok(request().get("/documents/search"));
        assertThat(all.getString("pattern")).isNull();
        assertThat(all.getInt("total_matches")).isEqualTo(3);
        unprocessable(request().queryParam("pattern", "x".repeat(1025)).get("/documents/search"), "query", "pattern");
    }

    private static List<String> paths(String pattern) {
        return ok(request().queryParam("pattern", pattern).get("/documents/search"))
                .getList("documents.file_path");
    }

    @Test
    void aDocumentIsFoundByItsNameAndTheOneIndexedLastWins() {
        // Given
        storeAt(base, "old/report.md", "old");
        storeAt(base, "new/report.md", "new");
        storeAt(base, "report.md.txt", "something else");

        // Then
        JsonPath found = ok(request().get("/document/report"));
        assertThat(found.getMap("$")).containsOnlyKeys("file_path", "extraction_method", "indexed_at");
        assertThat(found.getString("file_path")).isEqualTo("report.md.txt");
        assertThat(found.getString("extraction_method")).isNotBlank();
        assertThat(ok(request().get("/document/report.md")).getString("file_path"))
                .isEqualTo("new/report.md");
        assertThat(ok(request().get("/document/old/report.md")).getString("file_path"))
                .isEqualTo("old/report.md");
        assertThat(detail(request().get("/document/missing.md"), 404)).isEqualTo("Document not found: missing.md");
        assertThat(detail(request().get("/document/re%25rt"), 404)).isEqualTo("Document not found: re%25rt");
    }

    @Test
    void aDocumentIsDeletedByItsPathAndAMissingOneIsNoError() {
        // Given
        UUID id = storeAt(base, "notes/a b.md", "the addax");
        // When
        JsonPath deleted = ok(request().delete("/document/notes/a b.md"));
        // Then
        assertThat(deleted.getMap("$"))
                .isEqualTo(Map.of(
                        "status",
                        "success",
                        "file_path",
                        "notes/a b.md",
                        "found",
                        true,
                        "document_id",
                        id.toString(),
                        "chunks_deleted",
                        1,
                        "document_deleted",
                        true));
        assertThat(request().get("/api/v1/documents/" + id).statusCode()).isEqualTo(404);
        Map<String, Object> nothing = Map.of(
                "status",
                "success",
                "file_path",
                "notes/a b.md",
                "found",
                false,
                "chunks_deleted",
                0,
                "document_deleted",
                false);
        assertThat(ok(request().delete("/document/notes/a b.md")).getMap("$")).isEqualTo(nothing);
        // And part of a path deletes nothing
        storeAt(base, "notes/c.md", "stays");
        assertThat(ok(request().delete("/document/c.md")).getBoolean("found")).isFalse();
        // And one without a path goes by its id
        UUID nameless = storeText(base, "without a path");
        assertThat(ok(request().delete("/document/" + nameless)).getBoolean("found"))
                .isTrue();
        assertThat(ok(request().get("/documents")).getList("documents.file_path"))
                .containsExactly("notes/c.md");
    }

    @Test
    void ofManyWhoDeleteADocumentOneDoes() {
        storeAt(base, "a.md", "the addax");
        List<Boolean> found = Concurrently.all(
                8,
                number -> ok(Concurrently.patiently(() -> request().delete("/document/a.md")))
                        .getBoolean("found"));
        assertThat(found).containsOnlyOnce(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "document/..%2f..%2fetc%2fpasswd",
                "document/notes%2f..%2f..%2fsecret",
                "document/..%5c..%5csecret",
                "indexing/priority/..%2f..%2fetc%2fpasswd"
            })
    void noPathLeadsUpwards(String path) throws Exception {
        String method = path.startsWith("document") ? "DELETE" : "POST";
        HttpResponse<String> response = raw(method, path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        assertThat(JsonPath.from(response.body()).getString("detail[0].msg")).contains("upwards");
    }

    @Test
    void aPathThatIsAbsoluteIsOneBelowTheKnowledgeBase() throws Exception {
        storeAt(base, "etc/notes.md", "the addax");
        assertThat(raw("GET", "document/%2e%2e/%2e%2e/etc/passwd").statusCode()).isEqualTo(404);
        HttpResponse<String> response = raw("DELETE", "document/%2Fetc%2Fnotes.md");
        assertThat(JsonPath.from(response.body()).getBoolean("found")).isTrue();
    }

    private HttpResponse<String> raw(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service + path))
                .header("Authorization", "Bearer " + Api.TOKEN)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aDocumentIsIndexedAgainAndIsFoundMeanwhile() {
        // Given
        UUID id = storeAt(base, "notes/a.md", "the addax");
        // When
        pauseIngestion();
        JsonPath answer = ok(request().post("/document/notes/a.md/reindex"));
        // Then
        assertThat(answer.getMap("$"))
                .containsOnlyKeys("status", "file_path", "action", "deletion", "queued", "priority", "queue_size");
        assertThat(answer.getString("action")).isEqualTo("reindex");
        assertThat(answer.getBoolean("queued")).isTrue();
        assertThat(answer.getString("priority")).isEqualTo("HIGH");
        assertThat(answer.getInt("queue_size")).isEqualTo(1);
        assertThat(ok(postJson("/query", Map.of("text", "addax"))).getInt("total_results"))
                .isEqualTo(1);
        resumeIngestion();
        completed(id);
        assertThat(detail(request().post("/document/missing.md/reindex"), 404)).isEqualTo("File not found: missing.md");
    }

    // ---- The queue

    @Test
    void theQueueIsPausedShownClearedAndResumed() {
        // Given
        assertThat(ok(request().post("/indexing/pause")).getMap("$"))
                .isEqualTo(Map.of("status", "success", "message", "Indexing paused", "queue_size", 0));
        UUID elsewhere = KnowledgeApi.collection();
        UUID other = uploadedFile(elsewhere, "other.md", utf8("the other okapi"));
        JsonPath sent = uploaded(
                base, new MultipartBody().file("a.md", "a").file("b.md", "b").file("c.md", "c"));

        // Then
        assertThat(ok(request().get("/indexing/status")).getMap("$"))
                .isEqualTo(
                        Map.of("queue_size", 3, "paused", true, "worker_running", true, "indexing_in_progress", true));
        JsonPath jobs = ok(request().get("/queue/jobs"));
        assertThat(jobs.getMap("$"))
                .containsOnlyKeys(
                        "input_queue_size",
                        "paused",
                        "worker_running",
                        "queue_sizes",
                        "active_jobs",
                        "workers_running");
        assertThat(jobs.getInt("input_queue_size")).isEqualTo(3);
        assertThat(jobs.getBoolean("paused")).isTrue();
        assertThat(jobs.getMap("queue_sizes")).isEqualTo(Map.of("chunk", 0, "embed", 0, "store", 0));
        Map<String, Object> nothing = new HashMap<>(Map.of("chunk", List.of(), "embed", List.of()));
        nothing.put("store", null);
        assertThat(jobs.getMap("active_jobs")).isEqualTo(nothing);
        assertThat(jobs.getMap("workers_running")).isEqualTo(Map.of("chunk", true, "embed", true, "store", true));

        // And what is urgent goes first
        assertThat(ok(request().post("/indexing/priority/c.md")).getMap("$"))
                .isEqualTo(Map.of(
                        "status",
                        "success",
                        "message",
                        "Added c.md to queue with HIGH priority",
                        "queue_size",
                        3,
                        "force",
                        false));
        assertThat(KnowledgeApi.job(KnowledgeApi.id(sent, "items[2].job_id")).getString("priority"))
                .isEqualTo("high");
        assertThat(KnowledgeApi.job(KnowledgeApi.id(sent, "items[0].job_id")).getString("priority"))
                .isEqualTo("normal");

        // And clearing cancels what waits here, and nothing of others
        assertThat(ok(request().post("/indexing/clear")).getMap("$"))
                .isEqualTo(Map.of("status", "success", "message", "Indexing queue cleared", "queue_size", 0));
        inState(KnowledgeApi.id(sent, "items[0].document_id"), "cancelled");
        assertThat(document(other).getString("state")).isEqualTo("queued");
        // And nothing of it is lost
        assertThat(ok(request().post("/api/maintenance/reindex-failed-documents"))
                        .getInt("changed"))
                .isEqualTo(3);
        assertThat(ok(request().post("/indexing/clear")).getInt("queue_size")).isZero();
        assertThat(ok(request().post("/indexing/resume")).getMap("$"))
                .isEqualTo(Map.of("status", "success", "message", "Indexing resumed", "queue_size", 0));
        completed(other);
        Eventually.holds(
                LIMIT,
                () -> assertThat(ok(request().get("/indexing/status")).getMap("$"))
                        .isEqualTo(Map.of(
                                "queue_size",
                                0,
                                "paused",
                                false,
                                "worker_running",
                                true,
                                "indexing_in_progress",
                                false)));
    }

    @Test
    void priorityOfAnIndexedDocumentCountsOnlyByForce() {
        // Given
        UUID id = storeAt(base, "a.md", "the addax");
        pauseIngestion();
        // Then
        JsonPath left = ok(request().post("/indexing/priority/a.md"));
        assertThat(left.getInt("queue_size")).isZero();
        assertThat(left.getString("message")).contains("was not queued");
        JsonPath forced = ok(request().post("/indexing/priority/a.md?force=true"));
        assertThat(forced.getBoolean("force")).isTrue();
        assertThat(forced.getInt("queue_size")).isEqualTo(1);
        // And asking twice changes nothing
        assertThat(ok(request().post("/indexing/priority/a.md?force=true")).getInt("queue_size"))
                .isEqualTo(1);
        resumeIngestion();
        completed(id);
        assertThat(detail(request().post("/indexing/priority/missing.md"), 404))
                .isEqualTo("File not found: missing.md");
    }

    @Test
    void aDocumentThatCouldNotBeIndexedIsQueuedAgainByPriority() {
        // Given
        UUID id = uploadedFile(base, "a.pdf", SampleFiles.damagedPdf());
        inState(id, "rejected");
        pauseIngestion();
        // Then
        JsonPath again = ok(request().post("/indexing/priority/a.pdf"));
        assertThat(again.getInt("queue_size")).isEqualTo(1);
        assertThat(again.getString("message")).isEqualTo("Added a.pdf to queue with HIGH priority");
        assertThat(KnowledgeApi.job(UUID.fromString(document(id).getString("job_id")))
                        .getString("priority"))
                .isEqualTo("high");
    }

    @Test
    void onlyRecordsWithoutBytesAreDeleted() {
        // Given
        UUID empty = uploadedFile(base, "empty.md", new byte[0]);
        UUID damaged = uploadedFile(base, "damaged.pdf", SampleFiles.damagedPdf());
        UUID held = uploadedFile(base, "program.pdf", SampleFiles.program());
        inState(damaged, "rejected");
        // When
        JsonPath dry = ok(postJson("/api/maintenance/delete-empty-documents", Map.of("dry_run", true)));
        JsonPath done = ok(request().post("/api/maintenance/delete-empty-documents"));
        // Then
        assertThat(dry.getInt("found")).isEqualTo(1);
        assertThat(dry.getInt("changed")).isZero();
        assertThat(done.getInt("changed")).isEqualTo(1);
        assertThat(request().get("/api/v1/documents/" + empty).statusCode()).isEqualTo(404);
        assertThat(document(damaged).getString("state")).isEqualTo("rejected");
        assertThat(document(held).getString("state")).isEqualTo("quarantined");
    }

    // ---- POST /index

    @Test
    void theFoldersOfTheKnowledgeBaseAreScanned() throws IOException {
        // Given
        assertThat(detail(request().post("/index"), 409)).contains("follows no folder");
        Path folder = Files.createDirectories(
                Path.of("target/test-folders", "kb" + UUID.randomUUID()).toAbsolutePath());
        Files.writeString(folder.resolve("first.md"), "the addax");
        assertThat(postJson(COLLECTIONS + "/" + base + "/folders", Map.of("path", folder.toString()))
                        .statusCode())
                .isEqualTo(201);
        Eventually.holds(LIMIT, () -> assertThat(paths("")).containsExactly("first.md"));

        // When
        Files.writeString(folder.resolve("second.md"), "the oryx");
        JsonPath answer = ok(request().post("/index"));

        // Then
        assertThat(answer.getMap("$"))
                .isEqualTo(Map.of(
                        "status",
                        "success",
                        "indexed_files",
                        0,
                        "total_chunks",
                        0,
                        "message",
                        "File scan started in background (force=false). Check /queue/jobs for progress."));
        Eventually.holds(LIMIT, () -> assertThat(paths("")).containsExactlyInAnyOrder("first.md", "second.md"));
        // And by force, what has not changed is indexed again
        String before = ok(request().get("/document/first.md")).getString("indexed_at");
        assertThat(ok(postJson("/index", Map.of("force_reindex", true))).getString("message"))
                .contains("force=true");
        Eventually.holds(
                LIMIT,
                () -> assertThat(ok(request().get("/document/first.md")).getString("indexed_at"))
                        .isNotEqualTo(before));
        unprocessable(postJson("/index", Map.of("force_reindex", "nonsense")), "body", "force_reindex");
    }

    // ---- Checks and repairs

    @Test
    void integrityTellsWhatDocumentsLack() {
        // Given
        storeAt(base, "notes/good.md", "good");
        UUID bad = uploadedFile(base, "bad.pdf", SampleFiles.damagedPdf());
        inState(bad, "rejected");

        // Then
        JsonPath all = ok(request().get("/documents/integrity"));
        assertThat(all.getMap("$")).containsOnlyKeys("total_documents", "complete", "incomplete", "issues");
        assertThat(all.getInt("total_documents")).isEqualTo(2);
        assertThat(all.getInt("complete")).isEqualTo(1);
        assertThat(all.getInt("incomplete")).isEqualTo(1);
        Map<String, Object> issue = all.getMap("issues[0]");
        assertThat(issue)
                .containsOnlyKeys("file_path", "document_id", "issue", "expected", "actual", "message")
                .containsEntry("file_path", "bad.pdf")
                .containsEntry("document_id", bad.toString())
                .containsEntry("issue", "processing_incomplete");
        assertThat(ok(request().get("/documents/integrity/notes/good.md")).getMap("$"))
                .isEqualTo(Map.of("total_documents", 1, "complete", 1, "incomplete", 0, "issues", List.of()));
        assertThat(ok(request().get("/documents/integrity/bad.pdf")).getInt("incomplete"))
                .isEqualTo(1);
        assertThat(detail(request().get("/documents/integrity/missing.md"), 404))
                .isEqualTo("Document not found: missing.md");
    }

    @Test
    void duplicatesAreTold() {
        // Given
        storeAt(base, "a.md", "# One\n\nthe same text");
        storeAt(base, "b.md", "# One\n\nthe same text");
        storeAt(base, "c.md", "another text");

        // Then
        for (String path : List.of("/database/check-duplicates", "/api/maintenance/find-duplicate-chunks")) {
            JsonPath found = ok(request().get(path));
            assertThat(found.getMap("$"))
                    .containsOnlyKeys(
                            "status",
                            "total_documents",
                            "total_chunks",
                            "within_document_duplicates",
                            "cross_document_duplicates",
                            "recommendation");
            assertThat(found.getInt("total_documents")).isEqualTo(3);
            assertThat(found.getInt("total_chunks")).isEqualTo(3);
            assertThat(found.getInt("within_document_duplicates.count")).isZero();
            assertThat(found.getInt("within_document_duplicates.total_duplicate_chunks"))
                    .isZero();
            assertThat(found.getInt("cross_document_duplicates.count")).isEqualTo(1);
            Map<String, Object> top = found.getMap("cross_document_duplicates.top_10[0]");
            assertThat(top).containsEntry("occurrences", 2).containsEntry("documents", List.of("a.md", "b.md"));
            assertThat(String.valueOf(top.get("content_preview"))).contains("the same text");
        }
        Map<String, Object> nothing = Map.of(
                "status", "success", "duplicates_found", 0, "chunks_deleted", 0, "message", "No duplicates found");
        assertThat(ok(request().post("/database/cleanup-duplicates")).getMap("$"))
                .isEqualTo(nothing);
        assertThat(ok(postJson("/api/maintenance/delete-duplicate-chunks", Map.of("dry_run", true)))
                        .getBoolean("dry_run"))
                .isTrue();
        assertThat(ok(request().get("/documents")).getInt("total_documents")).isEqualTo(3);
    }

    @Test
    void documentsWithoutTheirJobAreQueuedAgain() {
        // Given
        assertThat(ok(request().post("/repair-orphans")).getMap("$"))
                .isEqualTo(Map.of(
                        "status",
                        "success",
                        "orphans_found",
                        0,
                        "orphans_repaired",
                        0,
                        "message",
                        "No orphaned files found"));
        UUID id = storeAt(base, "a.md", "the addax");
        change("update document set state = 'queued' where id = $1", id);

        // When only asked
        JsonPath dry = ok(postJson("/api/maintenance/reindex-orphaned-files", Map.of("dry_run", true)));
        assertThat(dry.getInt("orphans_found")).isEqualTo(1);
        assertThat(dry.getInt("orphans_queued")).isZero();
        assertThat(document(id).getString("state")).isEqualTo("queued");

        // Then for good
        assertThat(ok(request().post("/repair-orphans")).getMap("$"))
                .isEqualTo(Map.of(
                        "status",
                        "success",
                        "orphans_found",
                        1,
                        "orphans_queued",
                        1,
                        "message",
                        "Queued 1 orphaned files for reindexing with HIGH priority"));
        completed(id);
    }

    private void change(String statement, Object argument) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.of(argument)))
                .await()
                .atMost(LIMIT);
    }

    @Test
    void failedDocumentsAreIndexedAgain() {
        // Given one that failed, one that cannot be read, one in quarantine
        UUID failed = storeAt(base, "later.md", "the addax");
        change("update document set state = 'failed' where id = $1", failed);
        UUID bad = uploadedFile(base, "bad.pdf", SampleFiles.damagedPdf());
        inState(bad, "rejected");
        UUID held = uploadedFile(base, "held.pdf", SampleFiles.program());

        // Then
        assertThat(ok(postJson("/api/maintenance/reindex-failed-documents", Map.of("dry_run", true)))
                        .getInt("found"))
                .isEqualTo(1);
        assertThat(ok(request().post("/api/maintenance/reindex-failed-documents"))
                        .getInt("changed"))
                .isEqualTo(1);
        completed(failed);
        // And what is here alone is not deleted
        assertThat(ok(postJson("/api/maintenance/delete-empty-documents", Map.of()))
                        .getInt("changed"))
                .isZero();
        assertThat(document(bad).getString("state")).isEqualTo("rejected");
        assertThat(document(held).getString("state")).isEqualTo("quarantined");
    }

    @Test
    void allDocumentsAreAllHoweverManyTheyAre() {
        // Given more than fit on a page
        Map<String, String> entries = new HashMap<>();
        for (int i = 0; i < 230; i++) {
            entries.put("file" + i + ".md", "text " + i);
        }
        pauseIngestion();
        uploaded(base, new MultipartBody().file("all.zip", SampleDocuments.zip(entries)));
        ok(request().post("/indexing/clear"));
        // Then
        JsonPath dry = ok(postJson("/api/maintenance/rebuild-embeddings", Map.of("dry_run", true)));
        assertThat(dry.getInt("found")).isEqualTo(230);
        JsonPath done = ok(request().post("/api/maintenance/rebuild-embeddings"));
        assertThat(done.getInt("found")).isEqualTo(230);
        assertThat(done.getInt("changed")).isEqualTo(230);
        assertThat(ok(request().get("/indexing/status")).getInt("queue_size")).isEqualTo(230);
        JsonPath integrity = ok(request().get("/documents/integrity"));
        assertThat(integrity.getInt("incomplete")).isEqualTo(230);
        assertThat(integrity.getInt("complete")).isZero();
        ok(request().post("/indexing/clear"));
    }

    @Test
    void aPartThatIsStoredTwiceIsMended() {
        // Given a document whose chunks say that they are one of two parts
        UUID id = storeAt(base, "long.md", "# Long\n\n" + "The okapi lives in the forest. ".repeat(400));
        int chunks = document(id).getInt("chunk_count");
        assertThat(chunks).isGreaterThan(3);
        JsonPath clean = ok(request().post("/database/cleanup-duplicates"));
        assertThat(clean.getMap("$"))
                .isEqualTo(Map.of(
                        "status",
                        "success",
                        "duplicates_found",
                        0,
                        "chunks_deleted",
                        0,
                        "message",
                        "No duplicates found"));
        change(
                "update chunk set start_offset = ordinal % 2 * 20, end_offset = ordinal % 2 * 20 + 10 where document_id = $1",
                id);
        // When
        JsonPath mended = ok(request().post("/database/cleanup-duplicates"));
        // Then
        assertThat(mended.getInt("duplicates_found")).isEqualTo(2);
        assertThat(mended.getInt("documents_queued")).isEqualTo(1);
        assertThat(mended.getInt("final_chunk_count")).isEqualTo(chunks);
        Eventually.holds(
                LIMIT,
                () -> assertThat(ok(request().post("/database/cleanup-duplicates"))
                                .getInt("duplicates_found"))
                        .isZero());
    }

    @Test
    void documentsAreIndexedAgainByPathOrAllOfThem() {
        UUID first = storeAt(base, "a.md", "the addax");
        UUID second = storeAt(base, "b.md", "the oryx");
        pauseIngestion();
        assertThat(ok(postJson("/api/maintenance/reindex-path", Map.of("path", "a.md", "dry_run", true)))
                        .getInt("changed"))
                .isZero();
        assertThat(ok(request().get("/indexing/status")).getInt("queue_size")).isZero();
        ok(postJson("/api/maintenance/reindex-path", Map.of("path", "a.md")));
        assertThat(ok(request().get("/indexing/status")).getInt("queue_size")).isEqualTo(1);
        detail(postJson("/api/maintenance/reindex-path", Map.of("path", "missing.md")), 404);
        unprocessable(postJson("/api/maintenance/reindex-path", Map.of("path", "../x")), "body", "source_path");
        assertThat(ok(request().post("/api/maintenance/rebuild-embeddings")).getInt("changed"))
                .isEqualTo(1);
        assertThat(ok(request().get("/indexing/status")).getInt("queue_size")).isEqualTo(2);
        resumeIngestion();
        completed(first);
        completed(second);
    }

    // ---- Refused files

    @Test
    void refusedFilesAreShownRestoredAndPurged() {
        // Given
        UUID held = uploadedFile(base, "notes/report.md", SampleFiles.pdf(List.of(List.of("the gerenuk"))));
        uploadedFile(base, "program.pdf", SampleFiles.program());
        uploadedFile(base, "empty.md", new byte[0]);

        // Then
        JsonPath rejected = ok(request().get("/api/security/rejected"));
        assertThat(rejected.getInt("total")).isEqualTo(3);
        assertThat(rejected.getList("rejected.file_path"))
                .containsExactlyInAnyOrder("notes/report.md", "program.pdf", "empty.md");
        assertThat(rejected.getString("rejected.find { it.file_path == 'empty.md' }.reason"))
                .isEqualTo("Validation failed (empty): The file is empty.");
        JsonPath quarantined = ok(request().get("/api/security/quarantine"));
        assertThat(quarantined.getInt("total")).isEqualTo(2);
        assertThat(quarantined.getList("quarantined.filename")).containsExactly("program.pdf", "report.md");
        assertThat(quarantined.getList("quarantined.severity")).containsExactly("critical", "warning");

        // When
        JsonPath restored =
                ok(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md", "force", true)));

        // Then
        assertThat(restored.getBoolean("restored")).isTrue();
        completed(held);
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getList("results.source"))
                .containsExactly("report.md");
        assertThat(detail(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md")), 404))
                .isEqualTo("File not found in quarantine: report.md");
        JsonPath stays = ok(postJson("/api/security/quarantine/restore", Map.of("filename", "program.pdf")));
        assertThat(stays.getBoolean("restored")).isFalse();
        assertThat(stays.getString("message")).contains("wrong_magic", "ELF");
        detail(postJson("/api/security/quarantine/restore", Map.of("filename", "program.pdf")), 409);
        unprocessable(postJson("/api/security/quarantine/restore", Map.of("filename", "")), "body", "filename");
        assertThat(ok(request().post("/api/security/quarantine/purge")).getInt("purged"))
                .isZero();
        JsonPath dry = ok(postJson("/api/security/quarantine/purge", Map.of("older_than_days", 0, "dry_run", true)));
        assertThat(dry.getInt("purged")).isEqualTo(1);
        assertThat(dry.getBoolean("dry_run")).isTrue();
        assertThat(ok(postJson("/api/security/quarantine/purge", Map.of("older_than_days", 0)))
                        .getInt("purged"))
                .isEqualTo(1);
        assertThat(ok(request().get("/api/security/quarantine")).getInt("total"))
                .isZero();
    }

    @Test
    void aNameOfSeveralHeldFilesIsNoneToRestore() {
        // Given
        UUID first = uploadedFile(base, "a/report.md", SampleFiles.pdf(List.of(List.of("the gerenuk"))));
        UUID second = uploadedFile(base, "b/report.md", SampleFiles.pdf(List.of(List.of("the addax"))));
        // Then
        assertThat(detail(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md")), 409))
                .contains("a/report.md", "b/report.md");
        assertThat(document(second).getString("state")).isEqualTo("quarantined");
        ok(postJson("/api/security/quarantine/restore", Map.of("filename", "a/report.md")));
        completed(first);
        // And one that is left is meant
        ok(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md")));
        completed(second);
    }

    // ---- Who may

    @Test
    void theKnowledgeBaseIsForAdministratorsAndItsTokens() {
        // Given
        storeAt(base, "a.md", "the addax");
        Tenants tenants = new Tenants(database);
        JsonPath reading = postJson(
                        COLLECTIONS + "/" + base + "/access-tokens", Map.of("label", "r", "scopes", List.of("read")))
                .jsonPath();
        JsonPath writing = postJson(
                        COLLECTIONS + "/" + base + "/access-tokens",
                        Map.of("label", "w", "scopes", List.of("read", "write")))
                .jsonPath();
        Map<String, Integer> list = new HashMap<>();
        tenants.credentials()
                .forEach(credential -> list.put(
                        credential.name(),
                        as(credential.token()).get("/documents").statusCode()));

        // Then
        tenants.credentials().forEach(credential -> {
            int expected = !credential.valid() || credential.token().isEmpty()
                    ? 401
                    : !credential.reads() ? 403 : credential.administrator() ? 200 : 404;
            assertThat(list.get(credential.name())).as(credential.name()).isEqualTo(expected);
        });
        assertThat(detail(RestAssured.get("/documents"), 401)).isNotBlank();
        assertThat(detail(as("wrong").get("/documents"), 401)).isNotBlank();
        assertThat(detail(as("wrong").post("/query"), 401)).isNotBlank();
        String reader = reading.getString("token");
        String writer = writing.getString("token");
        assertThat(ok(as(reader).get("/documents")).getInt("total_documents")).isEqualTo(1);
        assertThat(ok(as(reader)
                                .contentType(ContentType.JSON)
                                .body(Map.of("text", "addax"))
                                .post("/query"))
                        .getInt("total_results"))
                .isEqualTo(1);
        detail(as(reader).delete("/document/a.md"), 403);
        detail(as(reader).post("/indexing/clear"), 403);
        detail(as(reader).get("/database/check-duplicates"), 403);
        detail(as(reader).get("/documents/integrity"), 403);
        assertThat(ok(as(writer).get("/database/check-duplicates")).getInt("total_documents"))
                .isEqualTo(1);
        assertThat(ok(as(writer).get("/documents/integrity")).getInt("complete"))
                .isEqualTo(1);
        detail(as(writer).post("/indexing/pause"), 403);
        detail(as(writer).get("/api/security/nothing"), 404);
        ok(as(writer).post("/indexing/clear"));
        assertThat(ok(as(writer).delete("/document/a.md")).getBoolean("found")).isTrue();
        // The tokens end here, so that the next test may begin with an empty knowledge base.
        for (JsonPath token : List.of(reading, writing)) {
            request().delete("/api/v1/collection-access-tokens/" + token.getString("id"));
        }
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return token.isEmpty() ? RestAssured.given() : RestAssured.given().header("Authorization", "Bearer " + token);
    }

    @Test
    void ofManyFirstCallersAllSeeTheSameKnowledgeBase() {
        // Given
        request().delete(COLLECTIONS + "/" + base).then().statusCode(204);
        // When
        List<Integer> statuses = Concurrently.all(
                8,
                number -> Concurrently.patiently(() -> request().get("/documents"))
                        .statusCode());
        // Then
        assertThat(statuses).containsOnly(200);
        List<String> names = new ArrayList<>();
        ok(request().get(COLLECTIONS + "?limit=200")).<String>getList("items.name").stream()
                .filter(NAME::equals)
                .forEach(names::add);
        assertThat(names).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"PUT,documents,405", "GET,query,405", "GET,indexing/nothing,404", "POST,document/a.md,405"})
    void whatIsNoRouteIsAnErrorInTheSameForm(String method, String path, int status) throws Exception {
        HttpResponse<String> response = raw(method, path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JsonPath.from(response.body()).getMap("$")).containsOnlyKeys("detail");
    }
}
