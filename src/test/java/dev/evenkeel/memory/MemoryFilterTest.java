package dev.evenkeel.memory;

import static dev.evenkeel.memory.SearchedNamespace.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Filters over the metadata of entries: applied before the best are chosen, and true or false for every type. */
@QuarkusTest
class MemoryFilterTest {
    private final SearchedNamespace memory = SearchedNamespace.fresh();

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
}
