package dev.evenkeel.knowledge;

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
import static dev.evenkeel.knowledge.RagKbApi.postJson;
import static dev.evenkeel.knowledge.RagKbApi.unprocessable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks and repairs of rag-kb: what they find, mend and leave alone. */
@QuarkusTest
class RagKbMaintenanceTest {
    @Inject
    Sql sql;

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
        sql.change(
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
        sql.change("update document set state = 'queued' where id = $1", id);

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

    @Test
    void failedDocumentsAreIndexedAgain() {
        // Given one that failed, one that cannot be read, one in quarantine
        UUID failed = storeAt(base, "later.md", "the addax");
        sql.change("update document set state = 'failed' where id = $1", failed);
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
}
