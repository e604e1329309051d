package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.documentPath;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.knowledge.SampleFiles.largeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents that come as text: what they are called, when they are found, and what is the same one. */
@QuarkusTest
class DocumentStoringTest {
    @Test
    void aTextIsSearchableWhenItsRequestIsAnswered() {
        // Given
        UUID collection = collection();
        String content = "# Quay walls\n\nThe bollard at berth seven holds 150 tonnes.\n";

        // When
        Response stored = send(
                collection,
                Map.of(
                        "title",
                        "Harbour",
                        "content",
                        content,
                        "source_path",
                        "./port//quay.md",
                        "metadata",
                        Map.of("author", "Ada", "tags", List.of("a", "b"), "camelCase", 1)));

        // Then
        assertThat(stored.statusCode()).isEqualTo(201);
        JsonPath answer = Json.of(stored);
        UUID id = id(answer, "id");
        assertThat(stored.header("Location")).endsWith(documentPath(id));
        assertThat(answer.getString("state")).isEqualTo("completed");
        assertThat(answer.getBoolean("duplicate")).isFalse();
        assertThat(answer.getString("content_hash")).isEqualTo(sha256(content));
        JsonPath found = search("bollard", collection);
        assertThat(found.getList("results")).hasSize(1);
        assertThat(found.getString("results[0].document_id")).isEqualTo(id.toString());
        assertThat(found.getString("results[0].title")).isEqualTo("Harbour");
        assertThat(found.getString("results[0].source_path")).isEqualTo("port/quay.md");
        assertThat(found.getString("results[0].content")).contains("berth seven");
        assertThat(found.getList("results[0].heading_path")).isEqualTo(List.of("Quay walls"));
        JsonPath document = document(id);
        assertThat(document.getString("collection_id")).isEqualTo(collection.toString());
        assertThat(document.getString("title")).isEqualTo("Harbour");
        assertThat(document.getString("document_type")).isEqualTo("markdown");
        assertThat(document.getInt("revision")).isEqualTo(1);
        assertThat(document.getInt("indexed_revision")).isEqualTo(1);
        assertThat(document.getInt("chunk_count")).isEqualTo(1).isEqualTo(answer.getInt("chunk_count"));
        assertThat(document.getLong("token_count")).isBetween(10L, 40L).isEqualTo(answer.getLong("token_count"));
        assertThat(document.getLong("size_bytes")).isEqualTo(content.length());
        assertThat(document.getString("content_hash")).isEqualTo(sha256(content));
        assertThat(document.getString("metadata.author")).isEqualTo("Ada");
        assertThat(document.getList("metadata.tags")).isEqualTo(List.of("a", "b"));
        assertThat(document.getInt("metadata.camelCase")).isEqualTo(1);
        assertThat(document.getString("error")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'# Head of it\n\nbody', , Head of it",
        "plain words, a/b/notes.txt, notes.txt",
        "'# Head\n\nbody', a/b/notes.md, Head",
        "plain words only, , Untitled",
    })
    void aTitleIsFoundWhenNoneIsGiven(String content, String sourcePath, String title) {
        // Given
        Map<String, Object> document = new LinkedHashMap<>(Map.of("content", content));
        if (sourcePath != null) {
            document.put("source_path", sourcePath);
        }

        // When
        JsonPath stored = store(collection(), document);

        // Then
        assertThat(stored.getString("title")).isEqualTo(title);
        assertThat(document(id(stored, "id")).getString("title")).isEqualTo(title);
    }

    @Test
    void aFoundTitleIsCutBetweenCharacters() {
        // Given a name whose 500th UTF-16 unit is half of a character
        String name = "a".repeat(499) + "🦊🦊";

        // When
        JsonPath stored = store(collection(), Map.of("content", "body", "source_path", "b/" + name));

        // Then
        assertThat(stored.getString("title")).isEqualTo("a".repeat(499));
        assertThat(document(id(stored, "id")).getString("title")).isEqualTo("a".repeat(499));
    }

    @ParameterizedTest
    @CsvSource({
        "code/a.py, python",
        "a.go, go",
        "a.ts, typescript",
        "a.txt, text",
        "a.unknown, markdown",
        "README, markdown"
    })
    void aTypeIsToldFromThePath(String sourcePath, String type) {
        assertThat(store(collection(), Map.of("content", "x = 1", "source_path", sourcePath))
                        .getString("document_type"))
                .isEqualTo(type);
    }

    @Test
    void theSameContentIsStoredOnce() {
        // Given
        UUID collection = collection();
        UUID first = storeText(collection, "the same words");

        // When
        Response again = send(collection, Map.of("content", "the same words", "title", "Another title"));

        // Then
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(Json.of(again).getBoolean("duplicate")).isTrue();
        assertThat(id(Json.of(again), "id")).isEqualTo(first);
        assertThat(Json.of(again).getString("title")).isEqualTo(document(first).getString("title"));
        assertThat(Json.of(again).getInt("revision")).isEqualTo(1);
        assertThat(statistics(collection).getLong("documents")).isEqualTo(1);
        // And another collection knows nothing of it
        assertThat(storeText(collection(), "the same words")).isNotEqualTo(first);
    }

    @Test
    void aDocumentIsKnownByItsPath() {
        // Given
        UUID collection = collection();
        UUID first = storeAt(collection, "a/x.md", "equal content");

        // When
        Response again = send(collection, Map.of("content", "equal content", "source_path", "a\\x.md"));
        UUID elsewhere = storeAt(collection, "a/y.md", "equal content");
        UUID nowhere = storeText(collection, "equal content");

        // Then
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(id(Json.of(again), "id")).isEqualTo(first);
        assertThat(List.of(first, elsewhere, nowhere)).doesNotHaveDuplicates();
        assertThat(foundDocuments("equal", collection)).containsExactlyInAnyOrder(first, elsewhere, nowhere);
    }

    @Test
    void aRepeatedRequestGetsTheFirstAnswerAndAnotherIsRefused() {
        // Given
        UUID collection = collection();
        String key = UUID.randomUUID().toString();
        Map<String, String> wanted = Map.of("content", "once and never twice", "title", "Once");
        Response first = withKey(collection, wanted, key);

        // When
        Response second = withKey(collection, wanted, key);

        // Then
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(Json.of(second).getMap("$")).isEqualTo(Json.of(first).getMap("$"));
        problem(withKey(collection, Map.of("content", "other words", "title", "Once"), key), 422);
        problem(withKey(collection, Map.of("content", "once and never twice", "title", "Twice"), key), 422);
        problem(
                withKey(
                        collection,
                        Map.of("content", "once and never twice", "title", "Once", "source_path", "a.md"),
                        key),
                422);
        // And the key is free in another collection
        assertThat(withKey(collection(), wanted, key).statusCode()).isEqualTo(201);
        assertThat(statistics(collection).getLong("documents")).isEqualTo(1);
    }

    private static Response withKey(UUID collection, Map<String, ?> document, String key) {
        return request()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(document)
                .post(COLLECTIONS + "/" + collection + "/documents");
    }

    @Test
    void contentMayHoldAnyCharacter() {
        // Given U+0000, halves of surrogate pairs, line ends of all kinds, and many scripts
        UUID collection = collection();
        String body =
                "{\"content\":\"nul\\u0000here lone\\ud800surrogate\\r\\nΑθήνα Москва 東京タワー القاهرة 🦊 e\\u0301tude\"}";

        // When
        Response stored =
                request().contentType(ContentType.JSON).body(body).post(COLLECTIONS + "/" + collection + "/documents");

        // Then
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        UUID id = id(Json.of(stored), "id");
        assertThat(chunks(id).getString("items[0].content"))
                .isEqualTo("nulhere lone\uFFFDsurrogate\nΑθήνα Москва 東京タワー القاهرة 🦊 e\u0301tude");
        for (String word : List.of("nulhere", "αθηνα", "МОСКВА", "東京", "القاهرة", "étude", "Etude")) {
            assertThat(foundDocuments(word, collection)).as(word).containsExactly(id);
        }
        assertThat(document(id).getList("warnings", String.class)).isNotEmpty();
    }

    @Test
    void aLargeTextBecomesAJob() {
        // Given
        UUID collection = collection();
        String content = largeText(320_000, "quetzalcoatlus");

        // When
        Response stored = send(collection, Map.of("content", content, "source_path", "large.txt"));

        // Then
        assertThat(stored.statusCode()).isEqualTo(202);
        JsonPath answer = Json.of(stored);
        UUID id = id(answer, "id");
        assertThat(answer.getString("state")).isEqualTo("queued");
        assertThat(answer.getString("job_id")).isNotNull();
        JsonPath document = completed(id);
        assertThat(document.getInt("chunk_count")).isGreaterThan(100);
        assertThat(document.getInt("indexed_revision")).isEqualTo(1);
        assertThat(document.getLong("size_bytes")).isEqualTo(content.length());
        assertThat(foundDocuments("quetzalcoatlus", collection)).containsExactly(id);
        assertThat(KnowledgeApi.job(id(answer, "job_id")).getString("state")).isEqualTo("succeeded");
        // And what was sent is what comes back
        assertThat(get(documentPath(id) + "/content").asByteArray())
                .isEqualTo(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
