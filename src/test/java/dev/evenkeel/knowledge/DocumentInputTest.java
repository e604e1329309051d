package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.documentPath;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of a document that comes as text, and how much of it is taken. */
@QuarkusTest
class DocumentInputTest {
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
        assertThat(get(documentPath(id)).statusCode()).isEqualTo(200);
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

    @ParameterizedTest
    @ValueSource(strings = {"", "/chunks", "/content"})
    void anIdThatIsNoneIsRefused(String rest) {
        problem(get(documentPath(NOBODY) + rest), 404);
        problem(get(DOCUMENTS + "/not-a-uuid" + rest), 400);
    }
}
