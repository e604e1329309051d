package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.RagKbApi.LIMIT;
import static dev.evenkeel.knowledge.RagKbApi.detail;
import static dev.evenkeel.knowledge.RagKbApi.paths;
import static dev.evenkeel.knowledge.RagKbApi.postJson;
import static dev.evenkeel.knowledge.RagKbApi.unprocessable;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue of rag-kb: what is indexed again, goes first, waits, is cleared, and comes from folders. */
@QuarkusTest
class RagKbIndexingTest {
    private UUID base = NOBODY;

    @BeforeEach
    void begin() {
        base = RagKbApi.emptyKnowledgeBase();
    }

    @AfterEach
    void goOn() {
        resumeIngestion();
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
}
