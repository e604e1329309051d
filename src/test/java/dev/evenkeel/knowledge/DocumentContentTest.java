package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.documentPath;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.knowledge.SampleFiles.largeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The content of a document: replaced, indexed again, and read in chunks. */
@QuarkusTest
class DocumentContentTest {
    @Inject
    Sql sql;

    @Test
    void newContentAtAPathReplacesTheOld() {
        // Given
        UUID collection = collection();
        UUID id = storeAt(collection, "doc.md", "the okapi grazes");

        // When
        JsonPath replaced = store(
                collection,
                Map.of(
                        "content",
                        "the gerenuk browses",
                        "source_path",
                        "doc.md",
                        "title",
                        "New title",
                        "metadata",
                        Map.of("k", 2)));

        // Then
        assertThat(id(replaced, "id")).isEqualTo(id);
        assertThat(replaced.getInt("revision")).isEqualTo(2);
        assertThat(replaced.getBoolean("duplicate")).isFalse();
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        JsonPath document = document(id);
        assertThat(document.getInt("indexed_revision")).isEqualTo(2);
        assertThat(document.getString("title")).isEqualTo("New title").isEqualTo(replaced.getString("title"));
        assertThat(document.getInt("metadata.k")).isEqualTo(2);
        assertThat(document.getString("content_hash")).isEqualTo(sha256("the gerenuk browses"));
        assertThat(get(documentPath(id) + "/content").asString()).isEqualTo("the gerenuk browses");
        assertThat(statistics(collection).getLong("documents")).isEqualTo(1);
        assertThat(statistics(collection).getLong("chunks")).isEqualTo(1);
        // And nothing of the old content is left, not even its bytes
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isEqualTo(1);
    }

    @Test
    void aReplacementKeepsATitleThatWasGiven() {
        // Given
        UUID collection = collection();
        UUID id = id(store(collection, Map.of("content", "first", "source_path", "a.md", "title", "Mine")), "id");

        // When
        JsonPath replaced = store(collection, Map.of("content", "# Other\n\nsecond", "source_path", "a.md"));

        // Then
        assertThat(document(id).getString("title")).isEqualTo("Mine").isEqualTo(replaced.getString("title"));
    }

    @Test
    void theOldContentAnswersUntilTheNewOneIsIndexed() {
        // Given
        UUID collection = collection();
        UUID id = storeAt(collection, "big.txt", "the old okapi");
        pauseIngestion();
        try {
            // When
            Response replaced =
                    send(collection, Map.of("content", largeText(270_000, "newgerenuk"), "source_path", "big.txt"));

            // Then
            assertThat(replaced.statusCode()).isEqualTo(202);
            assertThat(id(Json.of(replaced), "id")).isEqualTo(id);
            JsonPath document = document(id);
            assertThat(document.getString("state")).isEqualTo("queued");
            assertThat(document.getInt("revision")).isEqualTo(2);
            assertThat(document.getInt("indexed_revision")).isEqualTo(1);
            assertThat(foundDocuments("okapi", collection)).containsExactly(id);
            assertThat(foundDocuments("newgerenuk", collection)).isEmpty();
        } finally {
            resumeIngestion();
        }
        completed(id);
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        assertThat(foundDocuments("newgerenuk", collection)).containsExactly(id);
    }

    @Test
    void contentIsReplacedByPut() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "# Title stays\n\nthe okapi");
        int version = document(id).getInt("version");

        // When
        Response replaced =
                put(documentPath(id) + "/content", Map.of("content", "package main // gerenuk", "document_type", "go"));

        // Then
        JsonPath document = ok(replaced);
        assertThat(document.getString("title")).isEqualTo("Title stays");
        assertThat(document.getString("document_type")).isEqualTo("go");
        assertThat(document.getInt("revision")).isEqualTo(2);
        assertThat(document.getInt("version")).isGreaterThan(version);
        assertThat(replaced.header("ETag")).isEqualTo("\"" + document.getInt("version") + "\"");
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        // And the same again changes nothing
        JsonPath same = ok(put(documentPath(id) + "/content", Map.of("content", "package main // gerenuk")));
        assertThat(same.getInt("revision")).isEqualTo(2);
        // And a large text becomes a job
        Response large = put(
                documentPath(id) + "/content", Map.of("content", largeText(270_000, "bongo"), "document_type", "text"));
        assertThat(large.statusCode()).isEqualTo(202);
        completed(id);
        assertThat(foundDocuments("bongo", collection)).containsExactly(id);
    }

    @Test
    void putRefusesAnotherVersionBadContentAndAnotherDocumentsContent() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "first of two");
        storeText(collection, "second of two");
        String seen = get(documentPath(id)).header("ETag");
        patch(documentPath(id), Map.of("title", "Changed"));

        // Then
        problem(
                request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("content", "lost"))
                        .put(documentPath(id) + "/content"),
                412);
        invalid(put(documentPath(id) + "/content", Map.of("content", "  ")), "content");
        invalid(put(documentPath(id) + "/content", Map.of("content", "x", "document_type", "nope")), "document_type");
        problem(put(documentPath(id) + "/content", "{\"content\":"), 400);
        problem(put(documentPath(id) + "/content", Map.of("content", "second of two")), 409);
        problem(put(documentPath(NOBODY) + "/content", Map.of("content", "x")), 404);
        assertThat(foundDocuments("first", collection)).containsExactly(id);
    }

    @Test
    void aDocumentIsIndexedAgainFromItsBytes() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "# Okapi\n\nthe okapi " + "and more words ".repeat(600));
        JsonPath before = document(id);

        // When
        pauseIngestion();
        Response response = post(documentPath(id) + "/reindex", "");
        resumeIngestion();

        // Then
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(Json.of(response).getString("state")).isEqualTo("queued");
        KnowledgeApi.jobInState(id(Json.of(response), "job_id"), "succeeded");
        JsonPath after = inState(id, "completed");
        for (String field : List.of("revision", "indexed_revision", "chunk_count", "token_count", "title")) {
            assertThat(after.getString(field)).as(field).isEqualTo(before.getString(field));
        }
        assertThat(after.getInt("version")).isGreaterThan(before.getInt("version"));
        assertThat(foundDocuments("okapi", collection)).contains(id);
        assertThat(ok(get(COLLECTIONS + "/" + collection)).getLong("chunk_count"))
                .isEqualTo(before.getLong("chunk_count"));
    }

    @Test
    void bytesThatAreNotKeptCannotBeReadNorIndexedAgain() {
        // Given
        UUID collection = KnowledgeApi.createCollection(Map.of("name", KnowledgeApi.newName(), "keep_original", false));
        UUID small = storeText(collection, "the okapi");
        UUID large = id(
                send(collection, Map.of("content", largeText(270_000, "gerenuk")))
                        .jsonPath(),
                "id");
        completed(large);

        // Then
        for (UUID id : List.of(small, large)) {
            problem(get(documentPath(id) + "/content"), 409);
            problem(post(documentPath(id) + "/reindex", ""), 409);
            assertThat(document(id).getString("state")).isEqualTo("completed");
            assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                    .isZero();
        }
        assertThat(foundDocuments("okapi", collection)).containsExactly(small);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(large);
    }

    @Test
    void chunksComeInOrderPageByPage() {
        // Given
        UUID id = storeText(collection(), largeText(40_000, "marker"));
        int count = document(id).getInt("chunk_count");

        // When
        List<Integer> ordinals = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        long tokens = 0;
        int lastLine = 0;
        String cursor = null;
        do {
            JsonPath page = ok(
                    cursor == null
                            ? get(documentPath(id) + "/chunks?limit=7")
                            : request().queryParam("cursor", cursor).get(documentPath(id) + "/chunks?limit=7"));
            assertThat(page.getList("items")).hasSizeBetween(1, 7);
            ordinals.addAll(page.getList("items.ordinal", Integer.class));
            ids.addAll(page.getList("items.id", String.class));
            for (int i = 0; i < page.getList("items").size(); i++) {
                tokens += page.getLong("items[" + i + "].tokens");
                int from = page.getInt("items[" + i + "].line_from");
                assertThat(page.getInt("items[" + i + "].line_to")).isGreaterThanOrEqualTo(from);
                assertThat(from).isGreaterThanOrEqualTo(lastLine);
                lastLine = from;
                assertThat(page.getString("items[" + i + "].content")).isNotBlank();
            }
            cursor = page.getString("next_cursor");
        } while (cursor != null);

        // Then
        assertThat(ordinals).isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(tokens).isEqualTo(document(id).getLong("token_count"));
        for (String query : List.of("limit=0", "limit=201", "limit=x", "cursor=x", "cursor=YWJj")) {
            problem(get(documentPath(id) + "/chunks?" + query), 400);
        }
        problem(get(documentPath(NOBODY) + "/chunks"), 404);
    }
}
