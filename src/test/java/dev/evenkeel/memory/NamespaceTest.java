package dev.evenkeel.memory;

import static dev.evenkeel.memory.MemoryApi.MEMORY;
import static dev.evenkeel.memory.MemoryApi.delete;
import static dev.evenkeel.memory.MemoryApi.get;
import static dev.evenkeel.memory.MemoryApi.items;
import static dev.evenkeel.memory.MemoryApi.json;
import static dev.evenkeel.memory.MemoryApi.keys;
import static dev.evenkeel.memory.MemoryApi.namespace;
import static dev.evenkeel.memory.MemoryApi.ok;
import static dev.evenkeel.memory.MemoryApi.post;
import static dev.evenkeel.memory.MemoryApi.put;
import static dev.evenkeel.memory.MemoryApi.refused;
import static dev.evenkeel.memory.MemoryApi.statistics;
import static dev.evenkeel.memory.MemoryApi.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Namespaces: settings, quotas, statistics and history. */
@QuarkusTest
class NamespaceTest {
    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI service;

    @Inject
    Sql sql;

    @Inject
    Database database;

    @Inject
    ReadCounts counts;

    @Test
    void hasSettingsThatReplaceOneAnother() {
        // Given
        String namespace = namespace();

        // When
        var created = json(Map.of("default_ttl_s", 60, "sliding", true)).put(MEMORY + "{n}", namespace);
        var replaced = json(Map.of("max_entries", 10))
                .header("If-Match", created.header("ETag"))
                .put(MEMORY + "{n}", namespace);

        // Then
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(Json.of(created).getLong("default_ttl_s")).isEqualTo(60);
        assertThat(ok(replaced).getLong("max_entries")).isEqualTo(10);
        assertThat(Json.of(replaced).getMap("$")).doesNotContainKey("default_ttl_s");
        refused(json("{}").header("If-Match", created.header("ETag")).put(MEMORY + "{n}", namespace), 412);
        refused(json("{}").header("If-Match", "\"1\"").put(MEMORY + "{n}", namespace()), 412);
        refused(json(Map.of("max_entries", 0)).put(MEMORY + "{n}", namespace), 400);
        refused(json(Map.of("eviction", "random")).put(MEMORY + "{n}", namespace), 400);
        refused(json(Map.of("eviction", "lru")).put(MEMORY + "{n}", namespace), 400);
        refused(json(Map.of("history_retention_s", 5)).put(MEMORY + "{n}", namespace), 400);
        refused(json(Map.of("colour", "red")).put(MEMORY + "{n}", namespace), 400);
    }

    @Test
    void namespacesAreListedByPrefixAndDepth() {
        String root = namespace();
        List.of("", "/a", "/a/b", "/a/b/c", "/d").forEach(name -> stored(root + name, "k", "1"));

        assertThat(ok(Api.given().get("/api/v1/memory?prefix=" + root)).getList("items.name"))
                .isEqualTo(List.of(root, root + "/a", root + "/a/b", root + "/a/b/c", root + "/d"));
        assertThat(ok(Api.given().get("/api/v1/memory?depth=3&prefix=" + root + "/"))
                        .getList("items.name"))
                .isEqualTo(List.of(root + "/a", root + "/d"));
        JsonPath first = ok(Api.given().get("/api/v1/memory?limit=2&prefix=" + root));
        assertThat(ok(Api.given()
                                .get("/api/v1/memory?limit=2&prefix=" + root + "&cursor="
                                        + first.getString("next_cursor")))
                        .getList("items.name"))
                .isEqualTo(List.of(root + "/a/b", root + "/a/b/c"));
    }

    @Test
    void deletingOneLeavesNothingAndTheNameIsFree() {
        // Given
        String namespace = namespace();
        stored(namespace, "k", "1");
        stored(namespace + "/child", "k", "2");

        // When
        assertThat(Api.given().delete(MEMORY + "{n}", namespace).statusCode()).isEqualTo(204);

        // Then
        refused(Api.given().get(MEMORY + "{n}", namespace), 404);
        refused(get(namespace, "k"), 404);
        refused(Api.given().delete(MEMORY + "{n}", namespace), 404);
        assertThat(get(namespace + "/child", "k").asString()).isEqualTo("2");
        assertThat(put(namespace, "other", "3").statusCode()).isEqualTo(201);
        assertThat(keys(namespace)).containsExactly("other");
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(1);
    }

    @Test
    void aFullNamespaceRefusesAndSaysWhichQuota() {
        // Given
        String namespace = namespace(Map.of("max_entries", 5));
        for (int i = 0; i < 5; i++) {
            stored(namespace, "k" + i, "1");
        }

        // When
        JsonPath refused = refused(put(namespace, "k5", "1"), 409);

        // Then
        assertThat(refused.getString("type")).isEqualTo("urn:evenkeel:problem:quota-exceeded");
        assertThat(refused.getString("detail")).contains(namespace, "max_entries is 5");
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(5);
        // And overwriting needs no room
        assertThat(put(namespace, "k0", "2").statusCode()).isEqualTo(200);
        // And a batch that does not fit leaves nothing
        refused(post(namespace, "batch-store", items("k", 6)), 409);
        assertThat(get(namespace, "k0").asString()).isEqualTo("2");
        // And what is deleted makes room
        delete(namespace, "k1");
        assertThat(put(namespace, "k5", "1").statusCode()).isEqualTo(201);
    }

    @Test
    void bytesAndSingleValuesHaveQuotasToo() {
        String namespace = namespace(Map.of("max_bytes", 20, "max_value_bytes", 12));
        stored(namespace, "a", "123456789");
        stored(namespace, "b", "123456789");
        assertThat(refused(put(namespace, "c", "1"), 409).getString("detail")).contains("max_bytes is 20");
        assertThat(refused(put(namespace, "a", "1234567890123"), 413).getString("detail"))
                .contains("13 bytes, more than 12");
        stored(namespace, "a", "1");
        stored(namespace, "c", "1");
        String small = namespace(Map.of("max_value_bytes", 12));
        refused(put(small, "a", "1234567890123"), 413);
        stored(small, "a", "123456789012");
    }

    @Test
    void expiredEntriesMakeRoomBeforeAnythingElse() {
        String namespace = namespace(Map.of("max_entries", 2));
        json("1").put(MEMORY + "{n}/entries/short?ttl_s=60", namespace);
        stored(namespace, "long", "1");
        refused(put(namespace, "new", "1"), 409);
        sql.change("""
                update memory_entry set expires_at = now() - interval '1 ms' where key = 'short'
                  and namespace_no = (select namespace_no from memory_namespace where name = $1)""", namespace);
        stored(namespace, "new", "1");
        assertThat(keys(namespace)).containsExactly("long", "new");
        Eventually.holds(
                Duration.ofSeconds(15),
                () -> assertThat(statistics(namespace).getLong("expired")).isEqualTo(1));
    }

    @Test
    void theLeastRecentlyUsedMakesRoom() {
        // Given three entries, of which the first was read last
        String namespace = namespace(Map.of("max_entries", 3, "eviction", "lru"));
        List.of("key1", "key2", "key3").forEach(key -> stored(namespace, key, "1"));
        get(namespace, "key1");

        // When
        stored(namespace, "key4", "1");

        // Then
        assertThat(keys(namespace)).containsExactly("key1", "key3", "key4");
        assertThat(statistics(namespace).getLong("evicted")).isEqualTo(1);
        // And a batch evicts what it needs, but never itself
        ok(post(namespace, "batch-store", items("new", 3)));
        assertThat(keys(namespace)).containsExactly("new0", "new1", "new2");
        refused(post(namespace, "batch-store", items("many", 4)), 409);
        assertThat(keys(namespace)).containsExactly("new0", "new1", "new2");
    }

    @Test
    void evictionThatIsSwitchedOnLaterCountsForWhatIsThere() {
        String namespace = namespace();
        List.of("a", "b", "c").forEach(key -> stored(namespace, key, "1"));
        ok(json(Map.of("max_entries", 2, "eviction", "lru")).put(MEMORY + "{n}", namespace));

        JsonPath collected = ok(Api.given().post(MEMORY + "{n}/gc", namespace));

        assertThat(collected.getLong("lru_evictions")).isEqualTo(1);
        assertThat(collected.getLong("total_keys_removed")).isEqualTo(1);
        assertThat(keys(namespace)).containsExactly("b", "c");
    }

    @Test
    void writersAtTheSameTimeKeepToTheQuota() {
        String namespace = namespace(Map.of("max_entries", 10, "eviction", "lru"));
        List<Integer> answers = Concurrently.all(6, client -> {
            int worst = 0;
            for (int i = 0; i < 10; i++) {
                worst = Math.max(
                        worst, put(namespace, "c" + client + "-" + i, "1").statusCode());
            }
            return worst;
        });
        assertThat(answers).allMatch(status -> status == 201);
        stored(namespace, "last", "1");
        assertThat(statistics(namespace).getLong("entries")).isLessThanOrEqualTo(10);
        assertThat(keys(namespace)).contains("last").hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void garbageIsCollectedOnDemandAndByItself() throws InterruptedException {
        String namespace = namespace(Map.of("default_ttl_s", 1));
        ok(post(namespace, "batch-store", items("k", 3)));
        json("1").put(MEMORY + "{n}/entries/stays?ttl_s=0", namespace);
        Thread.sleep(1_100);

        ok(Api.given().post(MEMORY + "{n}/gc", namespace));

        // What a sweep of the service is just removing is passed over
        Eventually.holds(() -> assertThat(rows(namespace)).isEqualTo(1));
        assertThat(statistics(namespace).getLong("expired")).isEqualTo(3);
        assertThat(keys(namespace)).containsExactly("stays");
        refused(Api.given().post(MEMORY + "{n}/gc", namespace()), 404);
        // And nobody needs to ask
        ok(post(namespace, "batch-store", items("later", 2)));
        Eventually.holds(
                Duration.ofSeconds(15), () -> assertThat(rows(namespace)).isEqualTo(1));
        assertThat(statistics(namespace).getLong("expired")).isEqualTo(5);
    }

    private long rows(String namespace) {
        return sql.number("""
                select count(*) from memory_entry e join memory_namespace n using (namespace_no)
                where n.name = $1""", namespace);
    }

    @Test
    void statisticsWaitForTheCountsThatAreBeingWritten() {
        // Given counts that cannot be written just now
        String namespace = namespace();
        stored(namespace, "k", "1");
        get(namespace, "none");
        assertThat(statistics(namespace).getLong("misses")).isEqualTo(1);
        long no = sql.number("select namespace_no from memory_namespace where name = $1", namespace);
        CompletableFuture<Void> locked = new CompletableFuture<>();
        CompletableFuture<Void> release = new CompletableFuture<>();
        CompletableFuture<Void> holder = database.writeSql(
                        tx -> tx.preparedQuery("select from memory_usage where namespace_no = $1 for update")
                                .execute(Tuple.of(no))
                                .invoke(() -> locked.complete(null))
                                .chain(() -> Uni.createFrom().completionStage(release)))
                .subscribeAsCompletionStage();
        locked.join();
        counts.miss(no, 2);
        counts.flush().subscribe().with(done -> {});

        // When somebody else wants them written
        CompletableFuture<Void> second = counts.flush().subscribeAsCompletionStage();

        // Then they are when it says so
        assertThat(second).isNotDone();
        release.complete(null);
        holder.join();
        second.join();
        assertThat(sql.number("select misses from memory_usage where namespace_no = $1", no))
                .isEqualTo(3);
    }

    @Test
    void readsAreCounted() {
        String namespace = namespace();
        stored(namespace, "k", "1");
        get(namespace, "k");
        get(namespace, "k");
        get(namespace, "none");
        post(namespace, "batch-load", Map.of("keys", List.of("k", "nothing")));

        JsonPath statistics = statistics(namespace);

        assertThat(statistics.getLong("hits")).isEqualTo(3);
        assertThat(statistics.getLong("misses")).isEqualTo(2);
        assertThat(statistics.getDouble("hit_rate")).isEqualTo(0.6);
        refused(Api.given().get(MEMORY + "{n}/stats", namespace()), 404);
    }

    @Test
    void historyTellsWhatWasWhen() throws InterruptedException {
        // Given a namespace that had an entry before it kept a history
        String namespace = namespace();
        stored(namespace, "old", "\"before\"");
        refused(Api.given().get(MEMORY + "{n}/changes", namespace), 409);
        ok(json(Map.of("history", true)).put(MEMORY + "{n}", namespace));

        // When
        long first = stored(namespace, "k", "1");
        Thread.sleep(20);
        Instant between = sql.rows("select clock_timestamp()")
                .iterator()
                .next()
                .getOffsetDateTime(0)
                .toInstant();
        Thread.sleep(20);
        ok(post(
                namespace,
                "batch",
                Map.of(
                        "operations",
                        List.of(Map.of("op", "put", "key", "k", "value", 2), Map.of("op", "delete", "key", "old")))));
        delete(namespace, "k");

        // Then
        JsonPath versions = ok(Api.given().get(MEMORY + "{n}/entries/k/versions", namespace));
        assertThat(versions.getList("items.operation")).isEqualTo(List.of("delete", "put", "put"));
        assertThat(versions.getList("items.value")).isEqualTo(Arrays.asList(null, 2, 1));
        assertThat(versions.getLong("items[2].version")).isEqualTo(first);
        assertThat(versions.getString("items[2].valid_to")).isEqualTo(versions.getString("items[1].valid_from"));
        assertThat(asOf(namespace, "k", between)).isEqualTo("1");
        assertThat(asOf(namespace, "old", between)).isEqualTo("\"before\"");
        for (String time : List.of(Instant.now().plusSeconds(5).toString(), "2000-01-01T00:00:00Z")) {
            refused(Api.given().queryParam("as_of", time).get(MEMORY + "{n}/entries/k", namespace), 404);
        }
        JsonPath feed = ok(Api.given().get(MEMORY + "{n}/changes?after=1&limit=3", namespace));
        assertThat(feed.getList("items.change_no", Integer.class)).containsExactly(2, 3, 4);
        assertThat(feed.getList("items.key")).isEqualTo(List.of("k", "k", "old"));
        assertThat(feed.getLong("next_after")).isEqualTo(4);
        assertThat(ok(Api.given().get(MEMORY + "{n}/changes?after=5", namespace))
                        .getList("items"))
                .isEmpty();
    }

    private static String asOf(String namespace, String key, Instant time) {
        return Api.given()
                .queryParam("as_of", time.toString())
                .get(MEMORY + "{n}/entries/{k}", namespace, key)
                .asString();
    }

    @Test
    void changesOfManyWritersAreCompleteAndInOrder() {
        String namespace = namespace(Map.of("history", true));
        Concurrently.all(6, client -> {
            for (int i = 0; i < 10; i++) {
                stored(namespace, "c" + client, String.valueOf(i));
            }
            return client;
        });

        JsonPath feed = ok(Api.given().get(MEMORY + "{n}/changes?limit=200", namespace));

        List<Integer> numbers = feed.getList("items.change_no", Integer.class);
        assertThat(numbers).hasSize(60).isSorted();
        assertThat(numbers.get(59)).isEqualTo(60);
        for (int client = 0; client < 6; client++) {
            String key = "c" + client;
            assertThat(feed.getList("items.findAll { it.key == '" + key + "' }.value", Integer.class))
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
    }

    @Test
    void changesAreStreamedAsTheyHappenAndResumed() throws Exception {
        // Given a listener
        String namespace = namespace(Map.of("history", true));
        stored(namespace, "before", "1");
        try (InputStream stream = listen(namespace, "")) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));

            // When
            stored(namespace, "a", "{\"x\":1}");
            delete(namespace, "a");

            // Then
            assertThat(events(lines, 2)).containsExactly("put a", "delete a");
        }
        try (InputStream stream = listen(namespace, "?after=0")) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            assertThat(events(lines, 3)).containsExactly("put before", "put a", "delete a");
        }
        refused(Api.given().get(MEMORY + "{n}/changes/events", namespace()), 404);
        refused(Api.given().get(MEMORY + "{n}/changes/events", tooPlain()), 409);
    }

    private static String tooPlain() {
        String namespace = namespace();
        stored(namespace, "k", "1");
        return namespace;
    }

    private InputStream listen(String namespace, String query) throws Exception {
        String path = MEMORY + URLEncoder.encode(namespace, StandardCharsets.UTF_8) + "/changes/events" + query;
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(service.resolve(path))
                                .timeout(Duration.ofSeconds(10))
                                .header("Authorization", "Bearer " + Api.TOKEN)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static List<String> events(BufferedReader lines, int count) throws Exception {
        List<String> events = new ArrayList<>();
        while (events.size() < count) {
            String line = lines.readLine();
            if (line.startsWith("data:")) {
                JsonPath change = new JsonPath(line.substring("data:".length()));
                events.add(change.getString("operation") + " " + change.getString("key"));
            }
        }
        return events;
    }

    @Test
    void whatWasForgottenIsToldOnce() throws Exception {
        // Given a namespace whose only changes are older than it keeps them
        String namespace = namespace(Map.of("history", true, "history_retention_s", 1));
        stored(namespace, "k", "1");
        delete(namespace, "k");
        Thread.sleep(1_100);
        Eventually.holds(Duration.ofSeconds(20), () -> {
            sql.rows("update recurring_job set next_run_at = now() where name = 'memory-history-pruning'");
            assertThat(changes(namespace, 0).getBoolean("truncated")).isTrue();
        });

        // Then a reader is told, and where to go on
        JsonPath forgotten = changes(namespace, 0);
        assertThat(forgotten.getList("items")).isEmpty();
        assertThat(forgotten.getLong("next_after")).isEqualTo(2);
        assertThat(changes(namespace, 2).getBoolean("truncated")).isFalse();
        assertThat(changes(namespace, 100).getBoolean("truncated")).isTrue();

        // And a listener, once, before what happens next
        try (InputStream stream = listen(namespace, "?after=0")) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            stored(namespace, "next", "1");
            List<String> names = new ArrayList<>();
            while (!names.contains("event: change")) {
                String line = lines.readLine();
                if (line.startsWith("event:")) {
                    names.add(line);
                }
            }
            assertThat(names).containsExactly("event: truncated", "event: change");
        }
    }

    private static JsonPath changes(String namespace, long after) {
        return ok(Api.given().queryParam("after", after).get(MEMORY + "{n}/changes", namespace));
    }

    @Test
    void evictionAndExpiryArePartOfTheHistory() throws InterruptedException {
        String namespace = namespace(Map.of("history", true, "max_entries", 1, "eviction", "lru"));
        stored(namespace, "a", "1");
        json("1").put(MEMORY + "{n}/entries/b?ttl_s=1", namespace);
        Thread.sleep(1_100);
        ok(Api.given().post(MEMORY + "{n}/gc", namespace));

        Eventually.holds(() -> {
            JsonPath feed = ok(Api.given().get(MEMORY + "{n}/changes", namespace));
            assertThat(feed.getList("items.operation")).contains("put", "evict", "expire");
            assertThat(feed.getList("items.change_no", Integer.class)).containsExactly(1, 2, 3, 4);
        });
    }

    @Test
    void theAccountTakesItsMemoryAlong() {
        // Given a user with an entry
        var session = IdentityApi.newSession();
        String namespace = namespace();
        String marker = "marker" + UUID.randomUUID();
        IdentityApi.bearing(session.accessToken()).body("\"" + marker + "\"").put(MEMORY + "{n}/entries/k", namespace);

        // Then the export has it
        assertThat(IdentityApi.bearing(session.accessToken())
                        .get("/api/v1/users/me/export")
                        .asString())
                .contains(marker, namespace);
    }
}
