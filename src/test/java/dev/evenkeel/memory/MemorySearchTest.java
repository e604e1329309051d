package dev.evenkeel.memory;

import static dev.evenkeel.memory.SearchedNamespace.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Entries of memory are found by their words and vectors, by those who may see them. */
@QuarkusTest
class MemorySearchTest {
    @Inject
    Database database;

    private final SearchedNamespace memory = SearchedNamespace.fresh();

    @Test
    void anEntryIsFoundByItsTextWithAllThatItIs() {
        // Given
        JsonPath stored = memory.store(Map.of(
                "key",
                "tea",
                "value",
                Map.of("cups", 3),
                "text",
                "Alice drinks green tea in the morning",
                "metadata",
                Map.of("person", "alice", "tags", List.of("drink", "habit"))));
        memory.store(Map.of("key", "coffee", "text", "Bob prefers coffee"));

        // When
        JsonPath found = memory.search(Map.of("query", "what does she drink in the mornings"));

        // Then
        assertThat(found.getString("mode")).isEqualTo("keyword");
        assertThat(found.getInt("count")).isEqualTo(1);
        assertThat(found.getString("results[0].key")).isEqualTo("tea");
        assertThat(found.getInt("results[0].value.cups")).isEqualTo(3);
        assertThat(found.getString("results[0].namespace")).isEqualTo(memory.namespace);
        assertThat(found.getString("results[0].text")).startsWith("Alice drinks");
        assertThat(found.getList("results[0].metadata.tags")).containsExactly("drink", "habit");
        assertThat(found.getDouble("results[0].score")).isPositive();
        assertThat(found.getDouble("results[0].keyword_score")).isEqualTo(found.getDouble("results[0].score"));
        assertThat(found.getInt("results[0].keyword_rank")).isEqualTo(1);
        assertThat(found.getString("results[0].vector_score")).isNull();
        assertThat(found.getLong("results[0].version")).isEqualTo(stored.getLong("version"));
    }

    @Test
    void anEntryWithoutAKeyGetsOneAndItsAddress() {
        // When
        Response created = memory.post("/entries", Map.of("text", "the lighthouse keeper's log"));
        String key = Json.of(created).getString("key");

        // Then the text is the value, at the address that was told
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(UUID.fromString(key).version()).isEqualTo(7);
        assertThat(created.header("ETag")).isNotBlank();
        Response read = Api.given().urlEncodingEnabled(false).get(created.header("Location"));
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.asString()).isEqualTo("\"the lighthouse keeper's log\"");

        // When it is stored again under that key
        Response again = memory.post("/entries", Map.of("key", key, "text", "another log"));

        // Then
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(memory.keys(Map.of("query", "lighthouse"))).isEmpty();
        assertThat(memory.keys(Map.of("query", "another"))).containsExactly(key);
    }

    @Test
    void phrasesMustStandTogether() {
        memory.store(Map.of("key", "together", "text", "the silver fox sleeps"));
        memory.store(Map.of("key", "apart", "text", "a fox of silver"));

        assertThat(memory.keys(Map.of("query", "\"silver fox\""))).containsExactly("together");
        assertThat(memory.keys(Map.of("query", "silver fox"))).hasSize(2);
    }

    @Test
    void vectorsOfEntriesAreRankedByCosineAndFusedWithWords() {
        // Given
        memory.storeAll(List.of(
                Map.of("key", "north", "text", "polar bear", "vector", List.of(0, 1, 0)),
                Map.of("key", "east", "text", "panda", "vector", List.of(5, 0, 0)),
                Map.of("key", "north-east", "value", 1, "vector", List.of(1, 1, 0)),
                Map.of("key", "words", "text", "a bear in the woods")));

        // When
        JsonPath byVector = memory.search(Map.of("vector", List.of(0.1, 1, 0)));
        JsonPath both = memory.search(Map.of("query", "bear", "vector", List.of(1, 0, 0)));
        JsonPath words = memory.search(Map.of("query", "bear", "vector", List.of(1, 0, 0), "mode", "keyword"));
        JsonPath onlyVector = memory.search(Map.of("query", "bear", "vector", List.of(1, 0, 0), "mode", "vector"));

        // Then
        assertThat(byVector.getString("mode")).isEqualTo("vector");
        assertThat(byVector.getList("results.key")).containsExactly("north", "north-east", "east");
        assertThat(byVector.getDouble("results[0].score")).isBetween(0.99, 0.996);
        assertThat(byVector.getString("results[0].keyword_score")).isNull();
        assertThat(both.getString("mode")).isEqualTo("hybrid");
        assertThat(both.getList("results.key")).containsExactlyInAnyOrder("north", "east", "north-east", "words");
        assertThat(both.getList("results.key").get(0)).isEqualTo("north");
        assertThat(both.getDouble("results[0].keyword_score")).isPositive();
        assertThat(both.getDouble("results[0].vector_score")).isZero();
        assertThat(words.getList("results.key")).containsExactlyInAnyOrder("north", "words");
        assertThat(onlyVector.getList("results.key")).containsExactly("east", "north-east", "north");
    }

    @Test
    void aVectorOfAnotherDimensionIsRefused() {
        memory.store(Map.of("key", "first", "value", 1, "vector", List.of(1, 0, 0)));

        Response stored = memory.post("/entries", Map.of("key", "second", "value", 2, "vector", List.of(1, 0)));
        Response mixed = SearchedNamespace.fresh()
                .post(
                        "/batch-store",
                        Map.of(
                                "items",
                                List.of(
                                        Map.of("key", "a", "value", 1, "vector", List.of(1)),
                                        Map.of("key", "b", "value", 1, "vector", List.of(1, 2)))));
        Response asked = memory.post("/search", Map.of("vector", List.of(1, 0)));

        assertThat(stored.statusCode()).isEqualTo(422);
        assertThat(Json.of(stored).getString("detail"))
                .contains("has 2 numbers")
                .contains("have 3");
        assertThat(mixed.statusCode()).isEqualTo(422);
        assertThat(asked.statusCode()).isEqualTo(422);
        assertThat(memory.get("/entries/second").statusCode()).isEqualTo(404);

        // When the last vector is gone, another dimension may begin
        memory.delete("/entries/first");
        memory.store(Map.of("key", "second", "value", 2, "vector", List.of(1, 0)));
        assertThat(memory.keys(Map.of("vector", List.of(1, 0)))).containsExactly("second");
    }

    @Test
    void badInputIsToldAndNothingIsStored() {
        for (String body : List.of(
                "{'key':'k','text':'t','vector':[1,null]}",
                "{'key':'k','text':'t','vector':['NaN']}",
                "{'key':'k','text':'t','vector':[1e39]}",
                "{'key':'k','text':'t','vector':[]}",
                "{'key':'k','text':'t','vector':'1'}",
                "{'key':'k','text':'t','metadata':[1]}",
                "{'key':'k','text':'\\u0000'}",
                "{'key':'k','text':'t','metadata':{'a':'\\u0000'}}",
                "{'key':'k','metadata':{'a':1}}",
                "{'key':'k'}",
                "{'key':'k','text':'t','colour':1}")) {
            Response answer = memory.post("/entries", body.replace('\'', '"'));
            assertThat(answer.statusCode()).as(body + answer.asString()).isEqualTo(400);
            assertThat(answer.contentType()).startsWith("application/problem+json");
        }
        assertThat(memory.post("/entries", Map.of("key", "k", "text", "x".repeat(70_000)))
                        .statusCode())
                .isEqualTo(413);
        assertThat(memory.post("/search", Map.of("query", "x")).statusCode()).isEqualTo(404);
        memory.store(Map.of("key", "there", "text", "there"));
        assertThat(memory.keys(Map.of())).containsExactly("there");
        for (String body : List.of(
                "{'mode':'keyword'}",
                "{'mode':'vector'}",
                "{'query':'x','limit':0}",
                "{'query':'x','limit':101}",
                "{'query':'x','filter':{}}",
                "{'query':'x','filter':{'a':{'like':'b'}}}",
                "{'query':'x','filter':{'a':{'gt':true}}}",
                "{'query':'x','filter':[1]}")) {
            Response answer = memory.post("/search", body.replace('\'', '"'));
            assertThat(answer.statusCode()).as(body + answer.asString()).isEqualTo(400);
        }
    }

    @Test
    void namespacesBelowAreSearchedWhenAskedFor() {
        // Given
        SearchedNamespace child = new SearchedNamespace(memory.namespace + "%2Fchild");
        SearchedNamespace sibling = new SearchedNamespace(memory.namespace + "-sibling");
        memory.store(Map.of("key", "own", "text", "badger"));
        storeAt(child, "below", "badger badger");
        sibling.store(Map.of("key", "beside", "text", "badger"));

        // When, then
        assertThat(memory.keys(Map.of("query", "badger"))).containsExactly("own");
        JsonPath all = memory.search(Map.of("query", "badger", "include_children", true));
        assertThat(all.getList("results.key")).containsExactlyInAnyOrder("own", "below");
        assertThat(all.getList("results.namespace")).contains(memory.namespace + "/child");
    }

    private static void storeAt(SearchedNamespace child, String key, String text) {
        Response stored = Api.given()
                .urlEncodingEnabled(false)
                .contentType(ContentType.JSON)
                .body(Map.of("key", key, "text", text))
                .post(child.path("/entries"));
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
    }

    @Test
    void nobodyFindsWhatBelongsToSomebodyElse() {
        // Given
        Tenants tenants = new Tenants(database);
        String owner = tenants.token("owner's token, read and write");
        as(owner)
                .body(Map.of("key", "secret", "text", "the combination is capybara"))
                .post(memory.path("/entries"))
                .then()
                .statusCode(201);

        // When, then
        assertThat(ok(as(owner).body(Map.of("query", "capybara")).post(memory.path("/search")))
                        .getList("results.key"))
                .containsExactly("secret");
        String stranger = tenants.token("stranger's token");
        assertThat(as(stranger)
                        .body(Map.of("query", "capybara"))
                        .post(memory.path("/search"))
                        .statusCode())
                .isEqualTo(404);
        as(stranger).body(Map.of("key", "mine", "text", "capybara")).post(memory.path("/entries"));
        assertThat(ok(as(stranger).body(Map.of("query", "capybara")).post(memory.path("/search")))
                        .getList("results.key"))
                .containsExactly("mine");
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return RestAssured.given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }
}
