package dev.evenkeel.memory;

import static dev.evenkeel.memory.SearchedNamespace.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import dev.evenkeel.testing.StatementCounter;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MemorySearchTest {
    @Inject
    Sql sql;

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
        String key = created.jsonPath().getString("key");

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
        assertThat(stored.jsonPath().getString("detail"))
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
    void whatIsOverwrittenDeletedOrClearedIsNotFoundAndLeavesNothing() {
        // Given
        for (String key : List.of("plain", "deleted", "batch", "cleared", "transaction", "stays")) {
            memory.store(Map.of("key", key, "text", "walrus " + key, "vector", List.of(1, 2)));
        }
        assertThat(memory.keys(Map.of("query", "walrus"))).hasSize(6);

        // When each goes another way
        assertThat(memory.put("/entries/plain", "7").statusCode()).isEqualTo(200);
        assertThat(memory.delete("/entries/deleted").statusCode()).isEqualTo(204);
        ok(memory.post("/batch-delete", Map.of("keys", List.of("batch"))));
        ok(Api.given().queryParam("prefix", "cleared").delete(memory.path("/entries")));
        ok(memory.post("/batch", Map.of("operations", List.of(Map.of("op", "delete", "key", "transaction")))));
        memory.store(Map.of("key", "stays", "text", "a seal now"));

        // Then
        assertThat(memory.keys(Map.of("query", "walrus"))).isEmpty();
        assertThat(memory.keys(Map.of("vector", List.of(1, 2)))).isEmpty();
        assertThat(memory.keys(Map.of("query", "seal"))).containsExactly("stays");
        assertThat(memory.get("/entries/plain").asString()).isEqualTo("7");
        theIndexHasOnly(1, 0);
    }

    @Test
    void whatExpiresIsNeverFoundAndItsSpaceIsFreed() {
        // Given
        memory.storeAll(List.of(
                Map.of("key", "short", "text", "narwhal", "vector", List.of(1, 0), "ttl_s", 1),
                Map.of("key", "long", "text", "narwhal", "vector", List.of(0, 1), "ttl_s", 3_600)));
        assertThat(memory.keys(Map.of("query", "narwhal"))).containsExactlyInAnyOrder("short", "long");

        // When
        Eventually.holds(
                () -> assertThat(memory.get("/entries/short").statusCode()).isEqualTo(404));

        // Then it is not found, with a filter or without, swept or not
        assertThat(memory.keys(Map.of("query", "narwhal"))).containsExactly("long");
        assertThat(memory.keys(Map.of("vector", List.of(1, 0)))).containsExactly("long");
        assertThat(memory.keys(Map.of("query", "narwhal", "key_prefix", "s"))).isEmpty();
        assertThat(memory.keys(Map.of())).containsExactly("long");
        memory.post("/gc", "");
        theIndexHasOnly(1, 1);
    }

    @Test
    void evictionTakesTheIndexWithIt() {
        // Given
        assertThat(memory.put("", Map.of("max_entries", 3, "eviction", "lru")).statusCode())
                .isEqualTo(201);

        // When
        for (int i = 0; i < 6; i++) {
            memory.store(Map.of("key", "k" + i, "text", "ibex " + i, "vector", List.of(i, 1)));
        }

        // Then
        assertThat(memory.keys(Map.of("query", "ibex"))).containsExactlyInAnyOrder("k3", "k4", "k5");
        theIndexHasOnly(3, 3);
    }

    @Test
    void aDeletedNamespaceIsNotFoundAndIsEmptied() {
        // Given
        memory.store(Map.of("key", "k", "text", "otter", "vector", List.of(1)));
        assertThat(memory.put("/vectors/v", Map.of("dimension", 1, "metric", "l2"))
                        .statusCode())
                .isEqualTo(201);
        ok(memory.post("/vectors/v", Map.of("items", List.of(Map.of("id", "i", "vector", List.of(1))))));
        long corpus = corpus();
        long collection = sql.number(
                "select c.corpus_no from memory_collection c join memory_namespace n using (namespace_no) where n.name = $1",
                memory.namespace);

        // When
        assertThat(memory.delete("").statusCode()).isEqualTo(204);

        // Then
        assertThat(memory.post("/search", Map.of("query", "otter")).statusCode())
                .isEqualTo(404);
        Eventually.holds(java.time.Duration.ofSeconds(20), () -> {
            assertThat(sql.number("select count(*) from memory_search where corpus_no = $1", corpus))
                    .isZero();
            assertThat(sql.number("select count(*) from memory_vector where corpus_no = $1", collection))
                    .isZero();
            assertThat(sql.number("select count(*) from chunk_vector where corpus_no in ($1, $2)", corpus, collection))
                    .isZero();
        });

        // When an hour has gone by
        execute(
                "update memory_namespace set deleted_at = now() - interval '2 hours' where name = $1",
                memory.namespace);

        // Then nothing is left
        Eventually.holds(java.time.Duration.ofSeconds(20), () -> {
            assertThat(sql.number("select count(*) from corpus_state where corpus_no in ($1, $2)", corpus, collection))
                    .isZero();
            assertThat(sql.number("select count(*) from lexical_segment where corpus_no = $1", corpus))
                    .isZero();
            assertThat(sql.number("select count(*) from memory_namespace where name = $1", memory.namespace))
                    .isZero();
        });
    }

    @Test
    void aFilterIsAppliedBeforeTheBestAreChosen() {
        // Given one match far below ten thousand better ones, by words and by vector
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = 0; i < 9_999; i++) {
            items.add(Map.of(
                    "key",
                    "k" + i,
                    "value",
                    i,
                    "text",
                    "heron heron heron",
                    "vector",
                    List.of(1, 0.001 * (i % 7)),
                    "metadata",
                    Map.of("kind", "common", "n", i)));
        }
        items.add(Map.of(
                "key",
                "rare",
                "value",
                0,
                "text",
                "a heron among so many other words in a long sentence about rivers",
                "vector",
                List.of(-1, 0.1),
                "metadata",
                Map.of("kind", "rare")));
        memory.storeAll(items);
        Map<String, Object> rare = Map.of("kind", Map.of("eq", "rare"));

        // When, then
        assertThat(memory.keys(Map.of("query", "heron", "limit", 5))).doesNotContain("rare");
        assertThat(memory.keys(Map.of("query", "heron", "filter", rare))).containsExactly("rare");
        assertThat(memory.keys(Map.of("vector", List.of(1, 0), "filter", rare))).containsExactly("rare");
        assertThat(memory.keys(Map.of("query", "heron", "vector", List.of(1, 0), "filter", rare)))
                .containsExactly("rare");
        assertThat(memory.keys(Map.of("query", "heron", "key_prefix", "rar"))).containsExactly("rare");

        // And with more matches than are compared one by one
        JsonPath many = memory.search(Map.of(
                "vector",
                List.of(-1, 0.1),
                "limit",
                3,
                "filter",
                Map.of("or", List.of(rare, Map.of("n", Map.of("lt", 5_000))))));
        assertThat(many.getString("results[0].key")).isEqualTo("rare");
        assertThat(many.getList("results.metadata.kind", String.class)).containsExactly("rare", "common", "common");
        assertThat(memory.search(Map.of("filter", rare)).getString("mode")).isEqualTo("filter");
    }

    @Test
    void comparisonsAreTrueOrFalseWhateverTheTypes() {
        // Given
        metadata("number", "{'v':10,'deep':{'er':{'x':1}}}");
        metadata("fraction", "{'v':10.5}");
        metadata("text", "{'v':'10'}");
        metadata("word", "{'v':'b'}");
        metadata("true", "{'v':true}");
        metadata("null", "{'v':null}");
        metadata("list", "{'v':[10,'b',null]}");
        metadata("object", "{'v':{'eq':1}}");
        metadata("missing", "{}");

        // When, then
        matches("{'v':{'eq':10}}", "number", "list");
        matches("{'v':10.0}", "number", "list");
        matches("{'v':{'eq':'10'}}", "text");
        matches("{'v':{'eq':null}}", "null", "list");
        matches("{'v':{'ne':10}}", "fraction", "text", "word", "true", "null", "object", "missing");
        matches("{'v':{'gt':10}}", "fraction");
        matches("{'v':{'gte':10,'lt':10.5}}", "number");
        matches("{'v':{'gt':'1'}}", "text", "word");
        matches("{'v':{'lte':'b'}}", "text", "word");
        matches("{'v':{'in':['b',true,10.5]}}", "word", "true", "fraction", "list");
        matches("{'v':{'in':[]}}");
        matches("{'v':{'exists':true}}", "number", "fraction", "text", "word", "true", "null", "list", "object");
        matches("{'v':{'exists':false}}", "missing");
        matches("{'deep.er.x':{'eq':1}}", "number");
        matches("{'deep.er':{'exists':true}}", "number");
        matches("{'not':{'v':{'gt':10}}}", "number", "text", "word", "true", "null", "list", "object", "missing");
        matches("{'or':[{'v':10.5},{'v':{'exists':false}}]}", "fraction", "missing");
        matches("{'and':[{'v':{'gte':10}},{'not':{'v':10.5}}]}", "number");
        matches("{'v':{'eq':'x) or (true'}}");
        matches("{'v)) or (true --':{'exists':true}}");
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

    @Test
    void phrasesMustStandTogether() {
        memory.store(Map.of("key", "together", "text", "the silver fox sleeps"));
        memory.store(Map.of("key", "apart", "text", "a fox of silver"));

        assertThat(memory.keys(Map.of("query", "\"silver fox\""))).containsExactly("together");
        assertThat(memory.keys(Map.of("query", "silver fox"))).hasSize(2);
    }

    @Test
    void theNumberOfStatementsDoesNotDependOnTheBatch() {
        // Given
        memory.storeAll(items(200));

        // When
        long few = StatementCounter.during(() -> memory.storeAll(items(2)));
        long many = StatementCounter.during(() -> memory.storeAll(items(200)));

        // Then
        assertThat(many).isEqualTo(few);
    }

    @Test
    void aNamespaceWithoutTextsIsStillWrittenInOneStatement() {
        SearchedNamespace plain = SearchedNamespace.fresh();
        plain.put("/entries/a", "1");
        SearchedNamespace searched = SearchedNamespace.fresh();
        searched.store(Map.of("key", "a", "text", "a"));

        long one = StatementCounter.during(() -> plain.put("/entries/a", "2"));
        long more = StatementCounter.during(() -> searched.put("/entries/b", "2"));

        assertThat(more).isGreaterThan(one);
        assertThat(one).isEqualTo(1);
    }

    @Test
    void writersAtTheSameTimeLeaveTheIndexRight() {
        // Given the first writes make the corpus, plain puts meet the entries of the index
        List<Integer> statuses = Concurrently.all(12, client -> {
            int worst = 0;
            for (int i = 0; i < 15; i++) {
                String key = "k" + (i + client) % 5;
                Response answer = client % 3 == 0
                        ? memory.put("/entries/" + key, "1")
                        : client % 3 == 1
                                ? memory.post(
                                        "/entries",
                                        Map.of("key", key, "text", "stoat " + client, "vector", List.of(client, 1)))
                                : memory.delete("/entries/" + key);
                worst = Math.max(worst, answer.statusCode());
            }
            return worst;
        });

        // When every key has got its last text
        assertThat(statuses).allMatch(status -> status < 500 || status == 503);
        for (int i = 0; i < 5; i++) {
            memory.store(Map.of("key", "k" + i, "text", "ermine", "vector", List.of(1, 1)));
        }

        // Then
        assertThat(memory.keys(Map.of("query", "stoat"))).isEmpty();
        assertThat(memory.keys(Map.of("query", "ermine"))).hasSize(5);
        theIndexHasOnly(5, 5);
    }

    @Test
    void transactionsPutTextsTogetherOrNotAtAll() {
        // Given
        memory.store(Map.of("key", "old", "text", "magpie"));

        // When one condition is not met
        Response refused = memory.post(
                "/batch",
                Map.of(
                        "operations",
                        List.of(
                                Map.of("op", "put", "key", "new", "text", "jackdaw", "metadata", Map.of("a", 1)),
                                Map.of("op", "put", "key", "old", "value", 1, "expect_absent", true))));

        // Then
        assertThat(refused.statusCode()).isEqualTo(412);
        assertThat(memory.keys(Map.of("query", "jackdaw"))).isEmpty();
        assertThat(memory.keys(Map.of("query", "magpie"))).containsExactly("old");

        // When it is
        ok(memory.post(
                "/batch",
                Map.of(
                        "operations",
                        List.of(
                                Map.of("op", "put", "key", "new", "text", "jackdaw", "metadata", Map.of("a", 1)),
                                Map.of("op", "check", "key", "old", "expect_absent", false)))));

        // Then the entry that was only checked is still found
        assertThat(memory.keys(Map.of("filter", Map.of("a", 1)))).containsExactly("new");
        assertThat(memory.keys(Map.of("query", "magpie"))).containsExactly("old");
        assertThat(memory.post("/batch", Map.of("operations", List.of(Map.of("op", "delete", "key", "a", "text", "t"))))
                        .statusCode())
                .isEqualTo(400);
    }

    private static List<Map<String, Object>> items(int count) {
        List<Map<String, Object>> items = new ArrayList<>();
        IntStream.range(0, count)
                .forEach(i -> items.add(Map.of(
                        "key", "k" + i, "text", "number " + i, "vector", List.of(i, 1), "metadata", Map.of("i", i))));
        return items;
    }

    private void metadata(String key, String json) {
        Map<String, Object> entry = new HashMap<>(Map.of("key", key, "text", "thing"));
        String body = io.vertx.core.json.JsonObject.mapFrom(entry)
                .put("metadata", new io.vertx.core.json.JsonObject(json.replace('\'', '"')))
                .encode();
        assertThat(memory.post("/entries", body).statusCode()).isEqualTo(201);
    }

    private void matches(String filter, String... keys) {
        String json = filter.replace('\'', '"');
        for (String question : List.of("{\"query\":\"thing\",\"filter\":%s}", "{\"filter\":%s}")) {
            Response answer = memory.post("/search", question.formatted(json));
            assertThat(ok(answer).getList("results.key", String.class)).as(json).containsExactlyInAnyOrder(keys);
        }
    }

    private static void storeAt(SearchedNamespace child, String key, String text) {
        Response stored = Api.given()
                .urlEncodingEnabled(false)
                .contentType(ContentType.JSON)
                .body(Map.of("key", key, "text", text))
                .post(child.path("/entries"));
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return RestAssured.given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }

    private long corpus() {
        return sql.number("select corpus_no from memory_namespace where name = $1", memory.namespace);
    }

    private void execute(String statement, Object argument) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(io.vertx.mutiny.sqlclient.Tuple.of(argument)))
                .await()
                .atMost(java.time.Duration.ofSeconds(10));
    }

    /** Compares what each part of the index holds of the namespace with what there should be. */
    private void theIndexHasOnly(long entries, long vectors) {
        long corpus = corpus();
        assertThat(sql.number("select count(*) from memory_search where corpus_no = $1", corpus))
                .isEqualTo(entries);
        assertThat(sql.number(
                        "select count(*) from memory_entry e join memory_namespace n using (namespace_no)"
                                + " join memory_search s on s.chunk_no = e.chunk_no and s.key = e.key where n.corpus_no = $1",
                        corpus))
                .isEqualTo(entries);
        assertThat(sql.number("select count(*) from chunk_vector where corpus_no = $1", corpus))
                .isEqualTo(vectors);
        assertThat(sql.number("select chunks from corpus_state where corpus_no = $1", corpus))
                .isEqualTo(entries);
    }
}
