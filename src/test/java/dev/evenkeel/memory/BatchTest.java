package dev.evenkeel.memory;

import static dev.evenkeel.memory.MemoryApi.MEMORY;
import static dev.evenkeel.memory.MemoryApi.get;
import static dev.evenkeel.memory.MemoryApi.items;
import static dev.evenkeel.memory.MemoryApi.json;
import static dev.evenkeel.memory.MemoryApi.keys;
import static dev.evenkeel.memory.MemoryApi.namespace;
import static dev.evenkeel.memory.MemoryApi.ok;
import static dev.evenkeel.memory.MemoryApi.post;
import static dev.evenkeel.memory.MemoryApi.refused;
import static dev.evenkeel.memory.MemoryApi.statistics;
import static dev.evenkeel.memory.MemoryApi.stored;
import static dev.evenkeel.memory.MemoryApi.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many entries at once. */
@QuarkusTest
class BatchTest {
    private static final int MOST_ITEMS = 10_000;

    private static Map<String, @Nullable Object> step(String op, String key, @Nullable Object... more) {
        Map<String, @Nullable Object> step = new HashMap<>(Map.of("op", op, "key", key));
        for (int i = 0; i < more.length; i += 2) {
            step.put(String.valueOf(more[i]), more[i + 1]);
        }
        return step;
    }

    private static Response transact(String namespace, List<? extends Map<String, ?>> steps) {
        return post(namespace, "batch", Map.of("operations", steps));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, MOST_ITEMS})
    void storesLoadsAndDeletesAnyNumber(int count) {
        String namespace = namespace();

        JsonPath stored = ok(post(namespace, "batch-store", items("k", count)));
        JsonPath loaded = ok(post(namespace, "batch-load", wanted("k", count)));

        assertThat(stored.getList("items")).hasSize(count);
        assertThat(loaded.getList("found")).hasSize(count);
        assertThat(loaded.getList("missing")).isEmpty();
        if (count > 0) {
            assertThat(stored.getString("items[" + (count - 1) + "].key")).isEqualTo("k" + (count - 1));
            assertThat(loaded.getInt("found[" + (count - 1) + "].value.number")).isEqualTo(count - 1);
            assertThat(statistics(namespace).getInt("entries")).isEqualTo(count);
            assertThat(ok(post(namespace, "batch-delete", wanted("k", count))).getInt("deleted"))
                    .isEqualTo(count);
            assertThat(statistics(namespace).getInt("entries")).isZero();
            assertThat(statistics(namespace).getInt("bytes")).isZero();
        }
    }

    @Test
    void moreThanTheLimitIsRefused() {
        String namespace = namespace();
        assertThat(refused(post(namespace, "batch-store", items("k", MOST_ITEMS + 1)), 400)
                        .getString("detail"))
                .isEqualTo("items: has 10001 elements, more than 10000");
        refused(post(namespace, "batch-load", wanted("k", MOST_ITEMS + 1)), 400);
        refused(post(namespace, "batch-delete", wanted("k", MOST_ITEMS + 1)), 400);
        assertThat(keys(namespace)).isEmpty();
    }

    @Test
    void oneBadItemStopsAllAndIsNamed() {
        // Given
        String namespace = namespace();
        Map<String, Object> nothing = new HashMap<>(Map.of("key", "d"));

        // When
        JsonPath refused = refused(
                post(
                        namespace,
                        "batch-store",
                        Map.of(
                                "items",
                                List.of(
                                        Map.of("key", "a", "value", 1),
                                        Map.of("key", "b\u0001", "value", 1),
                                        Map.of("key", "a", "value", 2),
                                        Map.of("key", "c", "value", "x\u0000")))),
                400);

        // Then
        assertThat(refused.getList("errors.field")).containsExactly("items.1", "items.2", "items.3");
        assertThat(refused.getList("errors.message", String.class).get(1)).contains("comes twice");
        assertThat(keys(namespace)).isEmpty();
        refused(post(namespace, "batch-store", Map.of("items", List.of(nothing))), 400);
        nothing.put("value", null);
        ok(post(namespace, "batch-store", Map.of("items", List.of(nothing))));
        assertThat(get(namespace, "d").asString()).isEqualTo("null");
    }

    @Test
    void loadingTellsWhatIsMissingInTheOrderAsked() {
        String namespace = namespace();
        ok(post(namespace, "batch-store", items("k", 3)));

        JsonPath loaded =
                ok(post(namespace, "batch-load", Map.of("keys", List.of("k2", "none", "k0", "k2", "nobody"))));

        assertThat(loaded.getList("found.key")).isEqualTo(List.of("k2", "k0"));
        assertThat(loaded.getList("missing")).isEqualTo(List.of("none", "nobody"));
        JsonPath deleted = ok(post(namespace, "batch-delete", Map.of("keys", List.of("k0", "none"))));
        assertThat(deleted.getInt("deleted")).isEqualTo(1);
        assertThat(deleted.getList("missing")).isEqualTo(List.of("none"));
        assertThat(ok(post(namespace(), "batch-load", Map.of("keys", List.of("k"))))
                        .getList("missing"))
                .isEqualTo(List.of("k"));
    }

    @Test
    void takesAsManyStatementsForManyAsForOne() {
        String namespace = namespace();
        String recorded = namespace(Map.of("history", true, "max_entries", 5_000));
        ok(post(namespace, "batch-store", items("k", 1)));

        for (String each : List.of(namespace, recorded)) {
            long one = StatementCounter.during(() -> ok(post(each, "batch-store", items("k", 1))));
            long many = StatementCounter.during(() -> ok(post(each, "batch-store", items("k", 500))));
            assertThat(many).isEqualTo(one);
            assertThat(StatementCounter.during(() -> ok(post(each, "batch-load", wanted("k", 500)))))
                    .isEqualTo(StatementCounter.during(() -> ok(post(each, "batch-load", wanted("k", 1)))));
        }
        assertThat(StatementCounter.during(() -> ok(post(namespace, "batch-store", items("k", 500)))))
                .isEqualTo(1);
        assertThat(StatementCounter.during(() -> get(namespace, "k1"))).isEqualTo(1);
        assertThat(StatementCounter.during(() -> stored(namespace, "k1", "1"))).isEqualTo(1);
    }

    @Test
    void aTransactionDoesAllOrNothing() {
        // Given
        String namespace = namespace();
        long a = stored(namespace, "a", "1");
        long b = stored(namespace, "b", "1");

        // When a step does not find what it expects
        JsonPath refused = refused(
                transact(
                        namespace,
                        List.of(
                                step("put", "a", "value", 2, "expect_version", a),
                                step("put", "b", "value", 2, "expect_version", b + 1_000),
                                step("check", "c", "expect_absent", false),
                                step("delete", "a2"),
                                step("put", "new", "value", 1, "expect_absent", true))),
                412);

        // Then nothing has happened
        assertThat(refused.getList("errors.field")).containsExactly("operations.1", "operations.2");
        assertThat(get(namespace, "a").asString()).isEqualTo("1");
        assertThat(keys(namespace)).containsExactly("a", "b");

        // When all is as expected
        JsonPath done = ok(transact(
                namespace,
                List.of(
                        step("put", "a", "value", 2, "expect_version", a, "ttl_s", 1_000),
                        step("check", "b", "expect_version", b),
                        step("check", "c", "expect_absent", true),
                        step("delete", "nothing"),
                        step("put", "new", "value", Map.of("x", 1), "expect_absent", true))));

        // Then all has
        assertThat(done.getLong("results[0].version")).isGreaterThan(a);
        assertThat(done.getBoolean("results[0].created")).isFalse();
        assertThat(done.getLong("results[1].version")).isEqualTo(b);
        assertThat(done.getBoolean("results[3].deleted")).isFalse();
        assertThat(done.getBoolean("results[4].created")).isTrue();
        assertThat(get(namespace, "a").asString()).isEqualTo("2");
        assertThat(get(namespace, "a").header("Evenkeel-Expires-At")).isNotNull();
        assertThat(keys(namespace)).containsExactly("a", "b", "new");
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(3);
        assertThat(statistics(namespace).getLong("bytes")).isEqualTo(2 + 2 + 10);
        ok(transact(namespace, List.of(step("delete", "a"), step("delete", "new"), step("put", "b", "value", null))));
        assertThat(statistics(namespace).getLong("bytes")).isEqualTo(5);
        ok(transact(namespace, List.of()));
    }

    @Test
    void stepsThatMakeNoSenseAreRefused() {
        String namespace = namespace();
        for (Map<String, ?> wrong : List.of(
                step("put", "k"),
                step("check", "k"),
                step("check", "k", "value", 1, "expect_absent", true),
                step("delete", "k", "ttl_s", 1),
                step("increment", "k", "value", 1),
                step("put", "k", "value", 1, "expect_version", 1, "expect_absent", true),
                step("put", "", "value", 1))) {
            refused(transact(namespace, List.of(wrong)), 400);
        }
        refused(transact(namespace, List.of(step("put", "k", "value", 1), step("delete", "k"))), 400);
        assertThat(keys(namespace)).isEmpty();
    }

    @Test
    void transfersBetweenKeysKeepTheirSum() {
        // Given accounts
        String namespace = namespace();
        int accounts = 4;
        for (int i = 0; i < accounts; i++) {
            stored(namespace, "account" + i, "100");
        }
        Set<Integer> sums = new TreeSet<>();

        // When clients move money between them, in either direction, while others add it up
        Concurrently.all(6, client -> {
            for (int i = 0; i < 12; i++) {
                JsonPath read = ok(post(namespace, "batch-load", wanted("account", accounts)));
                synchronized (sums) {
                    sums.add(read.getList("found.value", Integer.class).stream()
                            .mapToInt(Integer::intValue)
                            .sum());
                }
                int from = (client + i) % accounts;
                int to = (client * 3 + i + 1) % accounts;
                if (from != to) {
                    transact(
                            namespace,
                            List.of(
                                    step(
                                            "put",
                                            "account" + from,
                                            "value",
                                            read.getInt("found[" + from + "].value") - 1,
                                            "expect_version",
                                            read.getLong("found[" + from + "].version")),
                                    step(
                                            "put",
                                            "account" + to,
                                            "value",
                                            read.getInt("found[" + to + "].value") + 1,
                                            "expect_version",
                                            read.getLong("found[" + to + "].version"))));
                }
            }
            return client;
        });

        // Then nobody ever saw half a transfer
        assertThat(sums).containsExactly(400);
    }

    @Test
    void keysThatMustBeAbsentAreTakenByOne() {
        String namespace = namespace();
        List<Integer> answers = Concurrently.all(
                8,
                client -> transact(
                                namespace,
                                List.of(
                                        step("check", "lock", "expect_absent", true),
                                        step("put", "holder", "value", client, "expect_absent", true),
                                        step("put", "since", "value", "now", "expect_absent", true)))
                        .statusCode());

        assertThat(answers).containsOnlyOnce(200);
        assertThat(keys(namespace)).containsExactly("holder", "since");
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(2);
    }

    @Test
    void aRepetitionWithTheSameKeyChangesNothing() {
        // Given
        String namespace = namespace();
        String key = UUID.randomUUID().toString();
        Map<String, Object> batch = items("k", 2);

        // When
        Response first = json(batch).header("Idempotency-Key", key).post(MEMORY + "{n}/batch-store", namespace);
        stored(namespace, "k0", "\"changed\"");
        Response again = json(batch).header("Idempotency-Key", key).post(MEMORY + "{n}/batch-store", namespace);

        // Then
        assertThat(ok(again).getList("items.version")).isEqualTo(ok(first).getList("items.version"));
        assertThat(get(namespace, "k0").asString()).isEqualTo("\"changed\"");
        refused(json(items("k", 3)).header("Idempotency-Key", key).post(MEMORY + "{n}/batch-store", namespace), 422);
        refused(
                json(items("k", 1_001)).header("Idempotency-Key", "x").post(MEMORY + "{n}/batch-store", namespace),
                400);
        List<? extends Map<String, ?>> steps = List.of(step("put", "t", "value", 1, "expect_absent", true));
        for (int i = 0; i < 2; i++) {
            ok(json(Map.of("operations", steps)).header("Idempotency-Key", key).post(MEMORY + "{n}/batch", namespace));
        }
    }

    @Test
    void batchesOfOverlappingKeysAllSucceed() {
        String namespace = namespace();
        List<Integer> answers = Concurrently.all(8, client -> {
            List<Map<String, Object>> items = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                items.add(Map.of("key", "k" + (client % 2 == 0 ? i : 99 - i), "value", client));
            }
            return post(namespace, "batch-store", Map.of("items", items)).statusCode();
        });

        assertThat(answers).containsOnly(200);
        JsonPath loaded = ok(post(namespace, "batch-load", wanted("k", 100)));
        assertThat(Set.copyOf(loaded.getList("found.value")))
                .as("all of one batch")
                .hasSize(1);
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(100);
    }
}
