package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Collections: what a client can do with them, and what becomes of what is in them. */
@QuarkusTest
class CollectionTest {
    @Inject
    Sql sql;

    private static Response create(Map<String, ?> wanted, String key) {
        return request()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(wanted)
                .post(COLLECTIONS);
    }

    private static String path(UUID id) {
        return COLLECTIONS + "/" + id;
    }

    @Test
    void aCollectionIsCreatedAndReadBack() {
        // Given
        String name = newName();
        Instant before = Instant.now().minusSeconds(2);

        // When
        Response created =
                post(COLLECTIONS, Map.of("name", "  " + name + " ", "description", "Ünïcode 説明", "language", "german"));

        // Then
        assertThat(created.statusCode()).isEqualTo(201);
        JsonPath json = Json.of(created);
        UUID id = id(json, "id");
        assertThat(created.header("Location")).endsWith(path(id));
        assertThat(json.getString("name")).isEqualTo(name);
        assertThat(json.getString("description")).isEqualTo("Ünïcode 説明");
        assertThat(json.getString("language")).isEqualTo("german");
        assertThat(json.getBoolean("keep_original")).isTrue();
        assertThat(json.getLong("document_count")).isZero();
        assertThat(json.getLong("chunk_count")).isZero();
        assertThat(json.getLong("token_count")).isZero();
        assertThat(Instant.parse(json.getString("created_at")))
                .isBetween(before, Instant.now().plusSeconds(2));

        Response read = get(path(id));
        assertThat(read.header("ETag")).isEqualTo("\"" + json.getInt("version") + "\"");
        assertThat(ok(read).getMap("$")).isEqualTo(json.getMap("$"));
    }

    @Test
    void theLanguageIsTheConfiguredOneWhenNoneIsNamed() {
        // When
        UUID id = createCollection(Map.of("name", newName()));

        // Then
        assertThat(ok(get(path(id))).getString("language")).isEqualTo("english");
    }

    @Test
    void aNameIsTakenWhateverItsCase() {
        // Given
        String name = "Ärger " + newName();
        UUID first = createCollection(Map.of("name", name));

        // Then
        problem(post(COLLECTIONS, Map.of("name", name)), 409);
        problem(post(COLLECTIONS, Map.of("name", name.toUpperCase(Locale.ROOT))), 409);
        problem(post(COLLECTIONS, Map.of("name", "  " + name.toLowerCase(Locale.ROOT) + "\t")), 409);

        // And it is free again as soon as its collection is deleted
        assertThat(delete(path(first)).statusCode()).isEqualTo(204);
        assertThat(createCollection(Map.of("name", name))).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":null}",
                "{\"name\":\"\"}",
                "{\"name\":\"   \"}",
                "{\"name\":\"\\u2003\\u2003\"}",
                "{\"name\":\"a\\u0000b\"}"
            })
    void aNameIsRequired(String body) {
        problem(post(COLLECTIONS, body), 400);
    }

    @Test
    void fieldsAreBounded() {
        invalid(post(COLLECTIONS, Map.of("name", "n".repeat(256))), "name");
        invalid(post(COLLECTIONS, Map.of("name", newName(), "description", "d".repeat(4001))), "description");
        invalid(post(COLLECTIONS, Map.of("name", newName(), "language", "l".repeat(64))), "language");
        problem(post(COLLECTIONS, Map.of("name", newName(), "description", "a\u0000b")), 400);
        // And the longest of each is taken
        String name = newName();
        UUID id = createCollection(
                Map.of("name", name + "é".repeat(255 - name.length()), "description", "🦊".repeat(2000)));
        assertThat(ok(get(path(id))).getString("description")).isEqualTo("🦊".repeat(2000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"klingon", "English", "", "english; drop table collection", "pg_catalog.english"})
    void anUnknownLanguageIsRefusedWithTheKnownOnes(String language) {
        // When
        Response response = post(COLLECTIONS, Map.of("name", newName(), "language", language));

        // Then
        invalid(response, "language");
        assertThat(Json.of(response).getString("detail")).contains("english", "simple", "german");
    }

    @Test
    void anUnknownFieldIsRefused() {
        invalid(post(COLLECTIONS, Map.of("name", newName(), "nmae", "x")), "nmae");
    }

    @Test
    void aLoneSurrogateInANameIsNoReasonToFail() {
        // When
        Response response = post(COLLECTIONS, "{\"name\":\"" + newName() + "\\ud83d\"}");

        // Then it is refused or stored as something that can be read back, never an error of ours
        assertThat(response.statusCode()).as(response.asString()).isIn(201, 400);
        if (response.statusCode() == 201) {
            assertThat(ok(get(path(id(Json.of(response), "id")))).getString("name"))
                    .isEqualTo(Json.of(response).getString("name"));
        }
    }

    @Test
    void pagesHaveNoGapsAndNoRepetitionsWhileCollectionsAreAdded() {
        // Given
        List<UUID> mine = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            mine.add(collection());
        }

        // When
        List<UUID> seen = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonPath page = ok(
                    cursor == null
                            ? get(COLLECTIONS + "?limit=3")
                            : request().queryParam("cursor", cursor).get(COLLECTIONS + "?limit=3"));
            assertThat(page.getList("items")).hasSizeLessThanOrEqualTo(3);
            page.getList("items.id", String.class).forEach(text -> seen.add(UUID.fromString(text)));
            cursor = page.getString("next_cursor");
            collection();
        } while (cursor != null && seen.size() < 40);

        // Then
        assertThat(seen).doesNotHaveDuplicates();
        List<UUID> newestFirst = new ArrayList<>(mine);
        java.util.Collections.reverse(newestFirst);
        assertThat(seen.subList(0, 7)).isEqualTo(newestFirst);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=-1",
                "limit=abc",
                "limit=99999999999",
                "limit=1.5",
                "cursor=%00",
                "cursor=abc",
                "cursor=!!!",
                "cursor=bm90LWEtdXVpZA"
            })
    void aListRefusesWhatIsNoLimitAndNoCursor(String query) {
        problem(request().urlEncodingEnabled(false).get(COLLECTIONS + "?" + query), 400);
    }

    @Test
    void aChangeChangesWhatItNamesOnly() {
        // Given
        UUID id = createCollection(Map.of("name", newName(), "description", "first", "language", "simple"));
        int version = ok(get(path(id))).getInt("version");
        String name = newName();

        // When
        Response changed = patch(path(id), Map.of("name", " " + name + " "));

        // Then
        assertThat(ok(changed).getString("name")).isEqualTo(name);
        assertThat(Json.of(changed).getString("description")).isEqualTo("first");
        assertThat(Json.of(changed).getString("language")).isEqualTo("simple");
        assertThat(Json.of(changed).getInt("version")).isEqualTo(version + 1);
        assertThat(changed.header("ETag")).isEqualTo("\"" + (version + 1) + "\"");
        JsonPath second = ok(patch(path(id), Map.of("description", "", "keep_original", false)));
        assertThat(second.getString("name")).isEqualTo(name);
        assertThat(second.getString("description")).isEmpty();
        assertThat(second.getBoolean("keep_original")).isFalse();
    }

    @Test
    void aChangeKeepsNamesUnique() {
        // Given
        String taken = newName();
        createCollection(Map.of("name", taken));
        UUID id = collection();
        String name = ok(get(path(id))).getString("name");

        // Then
        problem(patch(path(id), Map.of("name", taken.toUpperCase(Locale.ROOT))), 409);
        assertThat(ok(get(path(id))).getString("name")).isEqualTo(name);
        // And a collection may change the case of its own name
        assertThat(ok(patch(path(id), Map.of("name", name.toUpperCase(Locale.ROOT))))
                        .getString("name"))
                .isEqualTo(name.toUpperCase(Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"\"}",
                "{\"name\":\"  \"}",
                "{\"name\":\"\\u2003\"}",
                "{\"name\":\"a\\u0000b\"}",
                "{\"description\":\"\\u0000\"}",
                "{\"language\":\"german\"}",
                "[]",
                "null",
                "\"x\"",
                "{",
                ""
            })
    void aBadChangeIsRefusedAndChangesNothing(String body) {
        // Given
        UUID id = collection();
        Map<String, Object> before = ok(get(path(id))).getMap("$");

        // When
        problem(patch(path(id), body), 400);

        // Then
        assertThat(ok(get(path(id))).getMap("$")).isEqualTo(before);
    }

    @Test
    void aChangeOfAnotherVersionIsRefused() {
        // Given
        UUID id = collection();
        String seen = get(path(id)).header("ETag");
        patch(path(id), Map.of("description", "newer"));

        // Then
        problem(
                request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("description", "lost"))
                        .patch(path(id)),
                412);
        problem(request().header("If-Match", seen).delete(path(id)), 412);
        assertThat(ok(get(path(id))).getString("description")).isEqualTo("newer");
        // And the present version is taken
        String now = get(path(id)).header("ETag");
        request().header("If-Match", now).delete(path(id)).then().statusCode(204);
    }

    @Test
    void onlyOneOfManyChangesOfTheSameVersionIsMade() {
        // Given
        UUID id = collection();
        String seen = get(path(id)).header("ETag");

        // When
        List<Integer> statuses = Concurrently.all(
                8,
                i -> request()
                        .contentType(ContentType.JSON)
                        .header("If-Match", seen)
                        .body(Map.of("description", "by " + i))
                        .patch(path(id))
                        .statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(200);
        assertThat(statuses).allMatch(status -> status == 200 || status == 412 || status == 409);
        assertThat(ok(get(path(id))).getInt("version")).isEqualTo(1);
    }

    @Test
    void aRepeatedRequestGetsTheFirstAnswer() {
        // Given
        String key = UUID.randomUUID().toString();
        Map<String, String> wanted = Map.of("name", newName());
        Response first = create(wanted, key);

        // When
        Response second = create(wanted, key);

        // Then
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(Json.of(second).getMap("$")).isEqualTo(Json.of(first).getMap("$"));
        // And the key cannot be used for something else
        problem(create(Map.of("name", newName()), key), 422);
    }

    @Test
    void fiveAtOnceWithOneKeyCreateOne() {
        // Given
        String key = UUID.randomUUID().toString();
        Map<String, String> wanted = Map.of("name", newName());

        // When
        List<Response> responses = Concurrently.all(5, i -> patiently(() -> create(wanted, key)));

        // Then
        assertThat(responses)
                .allSatisfy(response -> assertThat(response.statusCode())
                        .as(response.asString())
                        .isEqualTo(201));
        Set<String> ids = new HashSet<>();
        responses.forEach(response -> ids.add(Json.of(response).getString("id")));
        assertThat(ids).hasSize(1);
        assertThat(responses.stream().filter(response -> response.header("Idempotency-Replayed") == null))
                .hasSize(1);
    }

    @Test
    void manyAtOnceWithOneNameCreateOne() {
        // Given
        String name = newName();

        // When
        List<Integer> statuses = Concurrently.all(
                8, i -> patiently(() -> post(COLLECTIONS, Map.of("name", name))).statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).allMatch(status -> status == 201 || status == 409);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,",
        "GET,/statistics",
        "PATCH,",
        "DELETE,",
        "POST,/documents",
    })
    void whatDoesNotExistIsNotFound(String method, @Nullable String rest) {
        // Given an id that never was, and one of a deleted collection
        UUID deleted = collection();
        delete(path(deleted)).then().statusCode(204);

        for (UUID id : List.of(NOBODY, deleted)) {
            var sent = request();
            if (!method.equals("GET") && !method.equals("DELETE")) {
                sent.contentType(ContentType.JSON).body(method.equals("PATCH") ? "{}" : "{\"content\":\"text\"}");
            }
            // Then
            problem(sent.request(method, path(id) + (rest == null ? "" : rest)), 404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1", "%00", "%20", "00000000-0000-7000-8000-00000000000g", "..;", "%F0%9F%A6%8A"})
    void anIdThatIsNoneIsRefused(String id) {
        Response response = request().urlEncodingEnabled(false).get(COLLECTIONS + "/" + id);

        assertThat(response.statusCode()).isIn(400, 404);
        problem(response, response.statusCode());
    }

    @Test
    void statisticsAreTheSumsOverTheDocuments() {
        // Given
        UUID id = collection();
        JsonPath markdown = store(id, Map.of("content", "# One\n\nalpha beta gamma"));
        JsonPath python =
                store(id, Map.of("content", "def f():\n    return 'delta'\n", "source_path", "a/f.py", "title", "F"));
        JsonPath text = store(id, Map.of("content", "epsilon ".repeat(900), "document_type", "text"));

        // When
        JsonPath statistics = statistics(id);
        JsonPath view = ok(get(path(id)));

        // Then
        long chunks = 0;
        long tokens = 0;
        long bytes = 0;
        for (JsonPath document : List.of(markdown, python, text)) {
            chunks += document.getLong("chunk_count");
            tokens += document.getLong("token_count");
            bytes += document.getLong("size_bytes");
        }
        assertThat(text.getInt("chunk_count")).isGreaterThan(1);
        assertThat(statistics.getString("collection_id")).isEqualTo(id.toString());
        assertThat(statistics.getLong("documents")).isEqualTo(3);
        assertThat(statistics.getLong("chunks")).isEqualTo(chunks).isEqualTo(view.getLong("chunk_count"));
        assertThat(statistics.getLong("tokens")).isEqualTo(tokens).isEqualTo(view.getLong("token_count"));
        assertThat(statistics.getLong("size_bytes")).isEqualTo(bytes);
        assertThat(view.getLong("document_count")).isEqualTo(3);
        assertThat(statistics.getMap("documents_by_type")).isEqualTo(Map.of("markdown", 1, "python", 1, "text", 1));
        assertThat(statistics.getMap("documents_by_state")).isEqualTo(Map.of("completed", 3));
    }

    @Test
    void theStatisticsOfAnEmptyCollectionAreZero() {
        JsonPath statistics = statistics(collection());

        assertThat(statistics.getLong("documents")).isZero();
        assertThat(statistics.getLong("chunks")).isZero();
        assertThat(statistics.getMap("documents_by_state")).isEmpty();
    }

    @Test
    void aDeletionHidesAtOnceAndAJobRemovesTheRest() {
        // Given
        UUID id = collection();
        UUID other = collection();
        UUID document = storeText(id, "# Zebra\n\nThe okapi is a zebroid.");
        UUID kept = storeText(other, "The okapi stays.");
        long corpus = sql.number("select corpus_no from collection where id = $1", id);

        // When
        delete(path(id)).then().statusCode(204);

        // Then nothing of it is seen by the next requests
        problem(get(path(id)), 404);
        problem(get(DOCUMENTS + "/" + document), 404);
        problem(get(DOCUMENTS + "/" + document + "/chunks"), 404);
        problem(get(DOCUMENTS + "/" + document + "/content"), 404);
        problem(delete(DOCUMENTS + "/" + document), 404);
        problem(send(id, Map.of("content", "late")), 404);
        problem(post(KnowledgeApi.SEARCH, Map.of("query", "okapi", "collection_ids", List.of(id))), 404);
        assertThat(ok(request().queryParam("collection_id", id).get(DOCUMENTS)).getList("items"))
                .isEmpty();
        assertThat(foundDocuments("okapi", other)).containsExactly(kept);
        assertThat(ok(post(KnowledgeApi.SEARCH, Map.of("query", "okapi zebroid", "mode", "keyword")))
                        .getList("results.document_id", String.class))
                .doesNotContain(document.toString());

        // And a job removes rows and index
        Eventually.holds(() -> {
            JsonPath jobs = ok(request().queryParam("subject_id", id).get("/api/v1/jobs"));
            assertThat(jobs.getList("items.kind")).isEqualTo(List.of("knowledge.purge-collection"));
            assertThat(jobs.getList("items.state")).isEqualTo(List.of("succeeded"));
        });
        assertThat(sql.number("select count(*) from collection where id = $1", id))
                .isZero();
        assertThat(sql.number("select count(*) from document where id = $1", document))
                .isZero();
        assertThat(sql.number("select count(*) from chunk where document_id = $1", document))
                .isZero();
        assertThat(sql.number("select count(*) from document_part where document_id = $1", document))
                .isZero();
        assertThat(sql.number("select count(*) from lexical_segment where corpus_no = $1", corpus))
                .isZero();
        assertThat(sql.number("select count(*) from corpus_state where corpus_no = $1", corpus))
                .isZero();
    }
}
