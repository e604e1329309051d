package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
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
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that come as text: what is stored, found, replaced, moved and deleted. */
@QuarkusTest
class DocumentTest {
    @Inject
    Sql sql;

    private static String path(UUID id) {
        return DOCUMENTS + "/" + id;
    }

    private static Response withKey(UUID collection, Map<String, ?> document, String key) {
        return request()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(document)
                .post(COLLECTIONS + "/" + collection + "/documents");
    }

    // ---- Storing ------------------------------------------------------------------------------------------------

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
        JsonPath answer = stored.jsonPath();
        UUID id = id(answer, "id");
        assertThat(stored.header("Location")).endsWith(path(id));
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
        assertThat(again.jsonPath().getBoolean("duplicate")).isTrue();
        assertThat(id(again.jsonPath(), "id")).isEqualTo(first);
        assertThat(again.jsonPath().getString("title"))
                .isEqualTo(document(first).getString("title"));
        assertThat(again.jsonPath().getInt("revision")).isEqualTo(1);
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
        assertThat(id(again.jsonPath(), "id")).isEqualTo(first);
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
        assertThat(second.jsonPath().getMap("$")).isEqualTo(first.jsonPath().getMap("$"));
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

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\n", "\u2003", "\uFEFF"})
    void contentIsRequired(String content) {
        invalid(send(collection(), Map.of("content", content)), "content");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "{}",
                "{\"content\":null}",
                "{\"content\":[\"x\"]}",
                "{\"content\":\"x\",\"metadata\":[]}",
                "{\"content\":\"x\",\"metadata\":\"y\"}",
                "{\"content\":\"x\",\"unknown\":1}",
                "{\"content\":\"x\",\"title\":{}}",
                "{\"content\":\"x\"} trailing",
                "{\"content\":\"x\"",
                "{'content':'x'}",
                "{\"content\":\"x\",\"document_type\":\"\"}",
                "{\"content\":\"x\",\"document_type\":\"MARKDOWN\"}",
                "{\"content\":\"x\",\"document_type\":\"pdf\"}",
                "{\"content\":\"x\",\"document_type\":\"javascript \"}",
                "{\"content\":\"x\",\"document_type\":\"exe\"}",
                "{\"content\":\"x\",\"source_path\":\"\"}",
                "{\"content\":\"x\",\"source_path\":\"../x\"}",
                "{\"content\":\"x\",\"source_path\":\"a/../../x\"}",
                "{\"content\":\"x\",\"source_path\":\"a\\\\..\\\\x\"}",
                "{\"content\":\"x\",\"source_path\":\"///\"}",
                "{\"content\":\"x\",\"source_path\":\".\"}",
                "{\"content\":\"x\",\"source_path\":\"a\\u0000b\"}",
                "{\"content\":\"x\",\"source_path\":\"a\\nb\"}",
                "{\"content\":\"x\",\"source_path\":\"a\\u0085b\"}",
                "{\"content\":\"x\",\"source_path\":\"a\\ud800b\"}",
                "{\"content\":\"x\",\"title\":\"a\\u0000b\"}",
                "{\"content\":\"x\",\"title\":\"a\\ud800\"}",
                "{\"content\":\"x\",\"metadata\":{\"a\":\"\\u0000\"}}",
                "{\"content\":\"x\",\"metadata\":{\"\\u0000\":1}}",
                "{\"content\":\"x\",\"metadata\":{\"a\":[{\"b\":\"\\udfff\"}]}}",
            })
    void aBadDocumentIsRefused(String body) {
        UUID collection = collection();

        Response response =
                request().contentType(ContentType.JSON).body(body).post(COLLECTIONS + "/" + collection + "/documents");

        problem(response, 400);
        assertThat(statistics(collection).getLong("documents")).isZero();
    }

    @Test
    void fieldsAreBounded() {
        UUID collection = collection();
        invalid(send(collection, Map.of("content", "x", "title", "t".repeat(501))), "title");
        invalid(send(collection, Map.of("content", "x", "source_path", "p".repeat(1025))), "source_path");
        invalid(send(collection, Map.of("content", "x", "metadata", Map.of("a", "m".repeat(70_000)))), "metadata");
        invalid(
                send(
                        collection,
                        Map.of(
                                "content",
                                "x",
                                "metadata",
                                IntStream.range(0, 201).boxed().collect(Collectors.toMap(i -> "k" + i, i -> i)))),
                "metadata");
        // And the longest of each is taken
        Map<String, Object> metadata = Map.of("a", "🦊".repeat(10_000), "\\u0000", "\\u0000");
        JsonPath stored = store(
                collection,
                Map.of(
                        "content",
                        "y",
                        "title",
                        "é".repeat(500),
                        "source_path",
                        "p".repeat(1024),
                        "metadata",
                        metadata));
        JsonPath document = document(id(stored, "id"));
        assertThat(document.getMap("metadata")).isEqualTo(metadata);
        assertThat(document.getString("title")).isEqualTo("é".repeat(500));
        assertThat(document.getString("source_path")).isEqualTo("p".repeat(1024));
    }

    @Test
    void aLongPathOfManyScriptsFitsTheIndexOrIsRefused() {
        // Given a path that no compression makes shorter
        Random random = new Random(7);
        String path = IntStream.range(0, 1024)
                .mapToObj(i -> String.valueOf((char) (0x4E00 + random.nextInt(0x5000))))
                .collect(Collectors.joining());

        // Then
        invalid(send(collection(), Map.of("content", "x", "source_path", path)), "source_path");
        store(collection(), Map.of("content", "x", "source_path", path.substring(0, 682)));
    }

    @Test
    void deepMetadataIsStoredOrRefused() {
        // Given
        String deep = "{\"content\":\"x\",\"metadata\":{\"a\":" + "[".repeat(400) + "]".repeat(400) + "}}";
        String deeper = "{\"content\":\"x\",\"metadata\":{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}}";
        UUID collection = collection();

        // Then
        UUID id = id(
                store(
                        collection,
                        new com.fasterxml.jackson.databind.ObjectMapper().convertValue(parse(deep), Map.class)),
                "id");
        assertThat(get(path(id)).statusCode()).isEqualTo(200);
        problem(
                request()
                        .contentType(ContentType.JSON)
                        .body(deeper)
                        .post(COLLECTIONS + "/" + collection + "/documents"),
                400);
    }

    private static Object parse(String json) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readValue(json, Map.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
        UUID id = id(stored.jsonPath(), "id");
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
        JsonPath answer = stored.jsonPath();
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
        assertThat(get(path(id) + "/content").asByteArray())
                .isEqualTo(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Numbered lines of words; the marker stands in the middle. */
    static String largeText(int length, String marker) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(length);
        for (int line = 1; text.length() < length; line++) {
            text.append("line ").append(line);
            for (int word = 0; word < 12; word++) {
                text.append(' ').append(Integer.toString(random.nextInt(60_000) + 1_000, 36));
            }
            text.append(". \n");
        }
        return text.insert(text.indexOf("\n", length / 2) + 1, "Here is the " + marker + " itself.\n")
                .toString();
    }

    // ---- Replacing ----------------------------------------------------------------------------------------------

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
        assertThat(get(path(id) + "/content").asString()).isEqualTo("the gerenuk browses");
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
            assertThat(id(replaced.jsonPath(), "id")).isEqualTo(id);
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
                put(path(id) + "/content", Map.of("content", "package main // gerenuk", "document_type", "go"));

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
        JsonPath same = ok(put(path(id) + "/content", Map.of("content", "package main // gerenuk")));
        assertThat(same.getInt("revision")).isEqualTo(2);
        // And a large text becomes a job
        Response large =
                put(path(id) + "/content", Map.of("content", largeText(270_000, "bongo"), "document_type", "text"));
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
        String seen = get(path(id)).header("ETag");
        patch(path(id), Map.of("title", "Changed"));

        // Then
        problem(
                request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("content", "lost"))
                        .put(path(id) + "/content"),
                412);
        invalid(put(path(id) + "/content", Map.of("content", "  ")), "content");
        invalid(put(path(id) + "/content", Map.of("content", "x", "document_type", "nope")), "document_type");
        problem(put(path(id) + "/content", "{\"content\":"), 400);
        problem(put(path(id) + "/content", Map.of("content", "second of two")), 409);
        problem(put(path(NOBODY) + "/content", Map.of("content", "x")), 404);
        assertThat(foundDocuments("first", collection)).containsExactly(id);
    }

    // ---- Changing the description -------------------------------------------------------------------------------

    @Test
    void titlePathAndMetadataAreChanged() {
        // Given
        UUID collection = collection();
        UUID id = id(
                store(
                        collection,
                        Map.of("content", "words", "source_path", "a.md", "title", "T", "metadata", Map.of("a", 1))),
                "id");

        // When
        Response changed =
                patch(path(id), Map.of("title", " T2 ", "source_path", "b\\c.md", "metadata", Map.of("b", List.of(2))));

        // Then
        JsonPath document = ok(changed);
        assertThat(document.getString("title")).isEqualTo("T2");
        assertThat(document.getString("source_path")).isEqualTo("b/c.md");
        assertThat(document.getMap("metadata")).isEqualTo(Map.of("b", List.of(2)));
        assertThat(document.getInt("revision")).isEqualTo(1);
        assertThat(changed.header("ETag")).isEqualTo(get(path(id)).header("ETag"));
        assertThat(document(id).getMap("metadata")).isEqualTo(Map.of("b", List.of(2)));
        assertThat(search("words", collection).getString("results[0].title")).isEqualTo("T2");
        // And one field alone leaves the others
        JsonPath second = ok(patch(path(id), Map.of("title", "T3")));
        assertThat(second.getString("source_path")).isEqualTo("b/c.md");
        assertThat(second.getMap("metadata")).isEqualTo(Map.of("b", List.of(2)));
    }

    @Test
    void aPathIsTakenOnce() {
        // Given
        UUID collection = collection();
        storeAt(collection, "a.md", "one");
        UUID second = storeAt(collection, "b.md", "two");

        // Then
        problem(patch(path(second), Map.of("source_path", "./a.md")), 409);
        assertThat(document(second).getString("source_path")).isEqualTo("b.md");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\":\"\"}",
                "{\"title\":\" \"}",
                "{\"title\":\"\\u2003\"}",
                "{\"title\":\"\\u0000\"}",
                "{\"title\":\"\\udc00x\"}",
                "{\"source_path\":\"../x\"}",
                "{\"source_path\":\"a\\u0007\"}",
                "{\"metadata\":{\"x\":\"\\u0000\"}}",
                "{\"metadata\":{\"x\":\"\\ud800\"}}",
                "{\"metadata\":1}",
                "{\"state\":\"completed\"}",
                "{\"content\":\"x\"}"
            })
    void aBadChangeIsRefusedAndChangesNothing(String body) {
        // Given
        UUID id = storeAt(collection(), "x.md", "words");
        Map<String, Object> before = document(id).getMap("$");

        // When
        problem(patch(path(id), body), 400);

        // Then
        assertThat(document(id).getMap("$")).isEqualTo(before);
    }

    @Test
    void aChangeOfAnotherVersionIsRefused() {
        // Given
        UUID id = storeText(collection(), "words");
        String seen = get(path(id)).header("ETag");
        patch(path(id), Map.of("title", "Newer"));

        // Then
        problem(
                request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("title", "Lost"))
                        .patch(path(id)),
                412);
        problem(request().header("If-Match", seen).delete(path(id)), 412);
        assertThat(document(id).getString("title")).isEqualTo("Newer");
    }

    @Test
    void aVersionThatWasSeenIsNotSentAgain() {
        // Given
        UUID id = storeText(collection(), "words");
        String tag = get(path(id)).header("ETag");

        // When
        Response again = request().header("If-None-Match", "\"x\", W/" + tag).get(path(id));

        // Then
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.header("ETag")).isEqualTo(tag);
        assertThat(again.asByteArray()).isEmpty();
        patch(path(id), Map.of("title", "Changed"));
        Response changed = request().header("If-None-Match", tag).get(path(id));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.header("ETag")).isNotEqualTo(tag);
    }

    // ---- Moving -------------------------------------------------------------------------------------------------

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
        JsonPath moved = ok(post(path(id) + "/move", Map.of("collection_id", simple)));

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
        assertThat(get(path(id) + "/content").statusCode()).isEqualTo(200);
        // And back again
        ok(post(path(id) + "/move", Map.of("collection_id", english)));
        assertThat(foundDocuments("run", english)).containsExactly(id);
        assertThat(foundDocuments("running", simple)).isEmpty();
        assertThat(ok(get(COLLECTIONS + "/" + simple)).getLong("chunk_count")).isZero();
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
        problem(post(path(byPath) + "/move", Map.of("collection_id", to)), 409);
        problem(post(path(byContent) + "/move", Map.of("collection_id", to)), 409);
        problem(post(path(byPath) + "/move", Map.of("collection_id", NOBODY)), 404);
        problem(post(path(byPath) + "/move", Map.of("collection_id", gone)), 404);
        problem(post(path(NOBODY) + "/move", Map.of("collection_id", to)), 404);
        problem(post(path(byPath) + "/move", Map.of()), 400);
        problem(post(path(byPath) + "/move", Map.of("collection_id", "x")), 400);
        assertThat(document(byPath).getString("collection_id")).isEqualTo(from.toString());
        // And a move to where it is changes nothing
        int version = document(byPath).getInt("version");
        assertThat(ok(post(path(byPath) + "/move", Map.of("collection_id", from)))
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
            ok(post(path(id) + "/move", Map.of("collection_id", to)));
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

    // ---- Deleting -----------------------------------------------------------------------------------------------

    @Test
    void nothingIsLeftOfADeletedDocument() {
        // Given
        UUID collection = collection();
        UUID id = storeAt(collection, "d.md", "the okapi " + "and more words ".repeat(600));
        UUID kept = storeText(collection, "another okapi");

        // When
        delete(path(id)).then().statusCode(204);

        // Then the next requests know nothing of it
        assertThat(foundDocuments("okapi", collection)).containsExactly(kept);
        problem(get(path(id)), 404);
        problem(get(path(id) + "/chunks"), 404);
        problem(get(path(id) + "/content"), 404);
        problem(patch(path(id), Map.of("title", "x")), 404);
        problem(put(path(id) + "/content", Map.of("content", "x")), 404);
        problem(post(path(id) + "/reindex", ""), 404);
        problem(delete(path(id)), 404);
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
            delete(path(id)).then().statusCode(204);
        } finally {
            resumeIngestion();
        }

        // Then
        assertThat(KnowledgeApi.job(job).getString("state")).isEqualTo("cancelled");
        problem(get(path(id)), 404);
        assertThat(foundDocuments("ghostly", collection)).isEmpty();
        assertThat(statistics(collection).getLong("documents")).isZero();
    }

    // ---- Indexing again -----------------------------------------------------------------------------------------

    @Test
    void aDocumentIsIndexedAgainFromItsBytes() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "# Okapi\n\nthe okapi " + "and more words ".repeat(600));
        JsonPath before = document(id);

        // When
        Response response = post(path(id) + "/reindex", "");

        // Then
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.jsonPath().getString("state")).isEqualTo("queued");
        KnowledgeApi.jobInState(id(response.jsonPath(), "job_id"), "succeeded");
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
            problem(get(path(id) + "/content"), 409);
            problem(post(path(id) + "/reindex", ""), 409);
            assertThat(document(id).getString("state")).isEqualTo("completed");
            assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                    .isZero();
        }
        assertThat(foundDocuments("okapi", collection)).containsExactly(small);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(large);
    }

    // ---- Reading ------------------------------------------------------------------------------------------------

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
                            ? get(path(id) + "/chunks?limit=7")
                            : request().queryParam("cursor", cursor).get(path(id) + "/chunks?limit=7"));
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
            problem(get(path(id) + "/chunks?" + query), 400);
        }
        problem(get(path(NOBODY) + "/chunks"), 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/chunks", "/content"})
    void anIdThatIsNoneIsRefused(String rest) {
        problem(get(path(NOBODY) + rest), 404);
        problem(get(DOCUMENTS + "/not-a-uuid" + rest), 400);
    }
}
