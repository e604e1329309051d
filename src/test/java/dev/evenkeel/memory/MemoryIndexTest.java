package dev.evenkeel.memory;

import static dev.evenkeel.memory.SearchedNamespace.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The index of a namespace holds what its entries say and nothing else, however they are written or end. */
@QuarkusTest
class MemoryIndexTest {
    @Inject
    Sql sql;

    private final SearchedNamespace memory = SearchedNamespace.fresh();

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
                Map.of("key", "short", "text", "narwhal", "vector", List.of(1, 0), "ttl_s", 3),
                Map.of("key", "long", "text", "narwhal", "vector", List.of(0, 1), "ttl_s", 3_600)));
        assertThat(memory.keys(Map.of("query", "narwhal"))).containsExactlyInAnyOrder("short", "long");

        // When
        Eventually.holds(
                Duration.ofSeconds(10),
                () -> assertThat(memory.get("/entries/short").statusCode()).isEqualTo(404));

        // Then it is not found, with a filter or without, swept or not
        assertThat(memory.keys(Map.of("query", "narwhal"))).containsExactly("long");
        assertThat(memory.keys(Map.of("vector", List.of(1, 0)))).containsExactly("long");
        assertThat(memory.keys(Map.of("query", "narwhal", "key_prefix", "s"))).isEmpty();
        assertThat(memory.keys(Map.of())).containsExactly("long");
        memory.post("/gc", "");
        Eventually.holds(() -> theIndexHasOnly(1, 1));
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
        sql.change(
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

    private static List<Map<String, Object>> items(int count) {
        List<Map<String, Object>> items = new ArrayList<>();
        IntStream.range(0, count)
                .forEach(i -> items.add(Map.of(
                        "key", "k" + i, "text", "number " + i, "vector", List.of(i, 1), "metadata", Map.of("i", i))));
        return items;
    }

    private long corpus() {
        return sql.number("select corpus_no from memory_namespace where name = $1", memory.namespace);
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
