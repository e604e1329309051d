package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.RagKbApi.detail;
import static dev.evenkeel.knowledge.RagKbApi.paths;
import static dev.evenkeel.knowledge.RagKbApi.raw;
import static dev.evenkeel.knowledge.RagKbApi.unprocessable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents of rag-kb: listed, found, deleted, and no path that leads out of the knowledge base. */
@QuarkusTest
class RagKbDocumentsTest {
    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI service;

    private UUID base = NOBODY;

    @BeforeEach
    void begin() {
        base = RagKbApi.emptyKnowledgeBase();
    }

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
        HttpResponse<String> response = raw(service, method, path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        assertThat(JsonPath.from(response.body()).getString("detail[0].msg")).contains("upwards");
    }

    @Test
    void aPathThatIsAbsoluteIsOneBelowTheKnowledgeBase() throws Exception {
        storeAt(base, "etc/notes.md", "the addax");
        assertThat(raw(service, "GET", "document/%2e%2e/%2e%2e/etc/passwd").statusCode())
                .isEqualTo(404);
        HttpResponse<String> response = raw(service, "DELETE", "document/%2Fetc%2Fnotes.md");
        assertThat(JsonPath.from(response.body()).getBoolean("found")).isTrue();
    }
}
