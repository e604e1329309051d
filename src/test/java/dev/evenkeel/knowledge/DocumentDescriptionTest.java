package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.documentPath;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Title, path and metadata of a document: changed, refused, and by version. */
@QuarkusTest
class DocumentDescriptionTest {
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
        Response changed = patch(
                documentPath(id),
                Map.of("title", " T2 ", "source_path", "b\\c.md", "metadata", Map.of("b", List.of(2))));

        // Then
        JsonPath document = ok(changed);
        assertThat(document.getString("title")).isEqualTo("T2");
        assertThat(document.getString("source_path")).isEqualTo("b/c.md");
        assertThat(document.getMap("metadata")).isEqualTo(Map.of("b", List.of(2)));
        assertThat(document.getInt("revision")).isEqualTo(1);
        assertThat(changed.header("ETag")).isEqualTo(get(documentPath(id)).header("ETag"));
        assertThat(document(id).getMap("metadata")).isEqualTo(Map.of("b", List.of(2)));
        assertThat(search("words", collection).getString("results[0].title")).isEqualTo("T2");
        // And one field alone leaves the others
        JsonPath second = ok(patch(documentPath(id), Map.of("title", "T3")));
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
        problem(patch(documentPath(second), Map.of("source_path", "./a.md")), 409);
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
        problem(patch(documentPath(id), body), 400);

        // Then
        assertThat(document(id).getMap("$")).isEqualTo(before);
    }

    @Test
    void aChangeOfAnotherVersionIsRefused() {
        // Given
        UUID id = storeText(collection(), "words");
        String seen = get(documentPath(id)).header("ETag");
        patch(documentPath(id), Map.of("title", "Newer"));

        // Then
        problem(
                request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("title", "Lost"))
                        .patch(documentPath(id)),
                412);
        problem(request().header("If-Match", seen).delete(documentPath(id)), 412);
        assertThat(document(id).getString("title")).isEqualTo("Newer");
    }

    @Test
    void aVersionThatWasSeenIsNotSentAgain() {
        // Given
        UUID id = storeText(collection(), "words");
        String tag = get(documentPath(id)).header("ETag");

        // When
        Response again = request().header("If-None-Match", "\"x\", W/" + tag).get(documentPath(id));

        // Then
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.header("ETag")).isEqualTo(tag);
        assertThat(again.asByteArray()).isEmpty();
        patch(documentPath(id), Map.of("title", "Changed"));
        Response changed = request().header("If-None-Match", tag).get(documentPath(id));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.header("ETag")).isNotEqualTo(tag);
    }
}
