package dev.evenkeel;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The number of SQL statements of a list does not grow with its page. */
@QuarkusTest
class ListStatementsTest {
    private static final int DOCUMENTS = 12;
    private static final int MOST_STATEMENTS = 4;

    @Test
    void doesNotGrowWithThePage() {
        // Given collections with documents, jobs, and accounts
        String collection = createCollection();
        createCollection();
        String document = "";
        for (int i = 0; i < DOCUMENTS; i++) {
            document = createDocument(collection, i);
        }
        upload(collection);
        IdentityApi.person();
        IdentityApi.person();
        Map<String, IntFunction<String>> lists = Map.of(
                "collections", limit -> "/api/v1/collections?limit=" + limit,
                "documents", limit -> "/api/v1/documents?limit=" + limit,
                "documents of a collection",
                        limit -> "/api/v1/documents?collection_id=" + collection + "&limit=" + limit,
                "chunks", chunksOf(document),
                "jobs", limit -> "/api/v1/jobs?limit=" + limit,
                "quarantine", limit -> "/api/v1/quarantine?collection_id=" + collection + "&limit=" + limit,
                "users", limit -> "/api/v1/users?limit=" + limit,
                "audit events", limit -> "/api/v1/audit-events?limit=" + limit);
        lists.forEach((name, path) -> {
            // When a page of one and a page of many are read
            long one = StatementCounter.during(() -> items(path.apply(1), 1));
            long many = StatementCounter.during(() -> items(path.apply(50), 2));
            // Then both took as many statements
            assertThat(many).as("statements of a long page of %s", name).isEqualTo(one);
            assertThat(one).as("statements of a page of %s", name).isBetween(1L, (long) MOST_STATEMENTS);
        });
    }

    @Test
    void ofASearchDoesNotGrowWithItsResults() {
        String collection = createCollection();
        for (int i = 0; i < DOCUMENTS; i++) {
            createDocument(collection, i);
        }
        long one = StatementCounter.during(() -> search(collection, 1));
        long many = StatementCounter.during(() -> search(collection, DOCUMENTS));
        assertThat(many).isEqualTo(one);
    }

    private static void search(String collection, int limit) {
        List<Object> results = given().contentType("application/json")
                .body(new JsonObject()
                        .put("query", "walrus")
                        .put("mode", "keyword")
                        .put("limit", limit)
                        .put("collection_ids", new JsonArray().add(collection))
                        .encode())
                .post("/api/v1/search")
                .then()
                .statusCode(200)
                .extract()
                .path("results");
        assertThat(results).hasSize(limit);
    }

    private static IntFunction<String> chunksOf(String document) {
        return limit -> "/api/v1/documents/" + document + "/chunks?limit=" + limit;
    }

    private static void items(String path, int atLeast) {
        Response answer = given().get(path);
        answer.then().statusCode(200);
        assertThat(answer.<List<Object>>path("items")).as(path).hasSizeGreaterThanOrEqualTo(atLeast);
    }

    private static String createCollection() {
        return given().contentType("application/json")
                .body(new JsonObject().put("name", "list " + UUID.randomUUID()).encode())
                .post("/api/v1/collections")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String createDocument(String collection, int number) {
        String section = "\n\n## Section\n\nA walrus on the ice. " + "It swims far and rests long. ".repeat(120);
        return given().contentType("application/json")
                .body(new JsonObject()
                        .put("source_path", "walrus-" + number + ".md")
                        .put("content", "# Walrus " + number + section + section)
                        .encode())
                .post("/api/v1/collections/" + collection + "/documents")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    /** Files become jobs, or go into quarantine. */
    private static void upload(String collection) {
        given().multiPart("file", "a.md", "# A\n\nText.".getBytes(StandardCharsets.UTF_8))
                .multiPart("file", "b.md", "# B\n\nText.".getBytes(StandardCharsets.UTF_8))
                .multiPart("file", "c.md", "%PDF-1.4 c".getBytes(StandardCharsets.UTF_8))
                .multiPart("file", "d.md", "%PDF-1.4 d".getBytes(StandardCharsets.UTF_8))
                .post("/api/v1/collections/" + collection + "/files")
                .then()
                .statusCode(202);
        Eventually.holds(() -> assertThat(given().get("/api/v1/documents?state=queued&collection_id=" + collection)
                        .<List<Object>>path("items"))
                .isEmpty());
    }
}
