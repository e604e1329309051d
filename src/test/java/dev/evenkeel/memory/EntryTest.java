package dev.evenkeel.memory;

import static dev.evenkeel.memory.MemoryApi.MEMORY;
import static dev.evenkeel.memory.MemoryApi.delete;
import static dev.evenkeel.memory.MemoryApi.get;
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
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One entry at a time. */
@QuarkusTest
class EntryTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "0",
                "1.10",
                "12345678901234567890.123456789012345678901234567890",
                "\"\"",
                "\"text with \\\"quotes\\\", \\\\ and \\n\"",
                "\"\uD83D\uDE00 \u00E9\"",
                "[]",
                "{}",
                "{\"z\":1,\"a\":[null,{\"nested\":{\"count\":0}}],\"\":\"\"}"
            })
    void comesBackAsItWas(String value) {
        String namespace = namespace();
        stored(namespace, "k", value);

        Response found = get(namespace, "k");

        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.contentType()).startsWith("application/json");
        assertThat(found.asString()).isEqualTo(value);
    }

    @Test
    void aStoredNullIsNotAMissingKey() {
        String namespace = namespace();
        stored(namespace, "k", "null");

        assertThat(get(namespace, "k").statusCode()).isEqualTo(200);
        assertThat(Api.given().head(MEMORY + "{n}/entries/k", namespace).statusCode())
                .isEqualTo(200);
        refused(get(namespace, "other"), 404);
        assertThat(Api.given().head(MEMORY + "{n}/entries/other", namespace).statusCode())
                .isEqualTo(404);
        refused(get(namespace(), "k"), 404);
    }

    @Test
    void isCreatedOverwrittenAndDeleted() {
        // Given
        String namespace = namespace();

        // When
        Response created = put(namespace, "k", "{\"a\": 1}");
        Response overwritten = put(namespace, "k", "2");

        // Then
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(Json.of(created).getBoolean("created")).isTrue();
        assertThat(overwritten.statusCode()).isEqualTo(200);
        assertThat(Json.of(overwritten).getBoolean("created")).isFalse();
        assertThat(Json.of(overwritten).getLong("version"))
                .isGreaterThan(Json.of(created).getLong("version"));
        Response found = get(namespace, "k");
        assertThat(found.asString()).isEqualTo("2");
        assertThat(found.header("ETag")).isEqualTo("\"" + Json.of(overwritten).getLong("version") + "\"");
        assertThat(Instant.parse(found.header("Evenkeel-Created-At")))
                .isBefore(Instant.now().plusSeconds(60));
        assertThat(found.header("Evenkeel-Expires-At")).isNull();
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(1);
        assertThat(statistics(namespace).getLong("bytes")).isEqualTo(2);

        assertThat(delete(namespace, "k").statusCode()).isEqualTo(204);
        refused(delete(namespace, "k"), 404);
        refused(get(namespace, "k"), 404);
        assertThat(statistics(namespace).getLong("entries")).isZero();
        assertThat(statistics(namespace).getLong("bytes")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a/b", "a:b", "%", "_", "a b", "...", "\u00FC\uD83D\uDE00", "a%2Fb", "?x=1#y", "\"'\\", "*"})
    void hasAnyPrintableKey(String key) {
        String namespace = namespace();
        long version = stored(namespace, key, "1");

        assertThat(get(namespace, key).header("ETag")).isEqualTo("\"" + version + "\"");
        assertThat(keys(namespace)).containsExactly(key);
        assertThat(delete(namespace, key).statusCode()).isEqualTo(204);
    }

    @Test
    void separatorsDoNotMixNamespacesAndKeys() {
        String namespace = namespace();
        stored(namespace + "/a", "b/c", "1");
        stored(namespace + "/a/b", "c", "2");
        stored(namespace, "a/b/c", "3");

        assertThat(get(namespace + "/a", "b/c").asString()).isEqualTo("1");
        assertThat(get(namespace + "/a/b", "c").asString()).isEqualTo("2");
        assertThat(get(namespace, "a/b/c").asString()).isEqualTo("3");
        assertThat(keys(namespace)).containsExactly("a/b/c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NaN|The body is not JSON",
                "[Infinity]|The body is not JSON",
                "{\"a\":}|The body is not JSON",
                "1 2|",
                "\"a\\u0000b\"|value: must not hold U+0000",
                "{\"a\\u0000\":1}|value: must not hold U+0000",
                "\"\\ud800\"|value: must not hold U+0000 or half of a surrogate pair"
            })
    void whatIsNoStorableJsonIsRefusedClearly(String body, String detail) {
        String namespace = namespace();

        Response refused = put(namespace, "k", body);

        assertThat(refused(refused, 400).getString("detail")).contains(detail == null ? "" : detail);
        refused(get(namespace, "k"), 404);
    }

    @Test
    void badNamesAndTimesAreRefused() {
        String namespace = namespace();
        refused(put(namespace, "k\u0001", "1"), 400);
        refused(put(namespace, "k".repeat(1025), "1"), 400);
        stored(namespace, "k".repeat(1024), "1");
        refused(post(namespace, "batch-delete", Map.of("keys", List.of(".."))), 400);
        refused(put("a//b", "k", "1"), 400);
        refused(put("/a", "k", "1"), 400);
        refused(put("a/../b", "k", "1"), 400);
        refused(put("a/".repeat(16) + "a", "k", "1"), 400);
        refused(json("1").put(MEMORY + "{n}/entries/k?ttl_s=-1", namespace), 400);
        refused(json("1").put(MEMORY + "{n}/entries/k?ttl_s=99999999999", namespace), 400);
        refused(json("1").header("If-None-Match", "\"5\"").put(MEMORY + "{n}/entries/k", namespace), 400);
        refused(json("1").header("If-Match", "x").put(MEMORY + "{n}/entries/k", namespace), 400);
        refused(Api.given().get(MEMORY + "{n}/entries/k?as_of=yesterday", namespace), 400);
    }

    @Test
    void valuesAreLimited() {
        String namespace = namespace();
        String largest = "\"" + "x".repeat(1024 * 1024 - 2) + "\"";
        stored(namespace, "k", largest);
        assertThat(get(namespace, "k").asString()).isEqualTo(largest);
        assertThat(refused(put(namespace, "k", largest.replaceFirst("x", "xx")), 413)
                        .getString("detail"))
                .contains("1048577 bytes");
        assertThat(get(namespace, "k").asString()).hasSize(1024 * 1024);
    }

    @Test
    void compareAndSetTakesTheVersionThatWasRead() {
        // Given
        String namespace = namespace();
        long first = stored(namespace, "k", "1");

        // When the version is right, and when it is not any more
        Response right = json("2").header("If-Match", "\"" + first + "\"").put(MEMORY + "{n}/entries/k", namespace);
        Response wrong = json("3").header("If-Match", "\"" + first + "\"").put(MEMORY + "{n}/entries/k", namespace);

        // Then
        long second = ok(right).getLong("version");
        assertThat(refused(wrong, 412).getString("detail")).contains("is in version " + second);
        assertThat(get(namespace, "k").asString()).isEqualTo("2");
        refused(json("3").header("If-None-Match", "*").put(MEMORY + "{n}/entries/k", namespace), 412);
        refused(json("3").header("If-Match", "*").put(MEMORY + "{n}/entries/new", namespace), 412);
        refused(json("3").header("If-Match", "\"7\"").put(MEMORY + "{n}/entries/new", namespace), 412);
        assertThat(json("3")
                        .header("If-None-Match", "*")
                        .put(MEMORY + "{n}/entries/new", namespace)
                        .statusCode())
                .isEqualTo(201);
        refused(Api.given().header("If-Match", "\"" + first + "\"").delete(MEMORY + "{n}/entries/k", namespace), 412);
        assertThat(Api.given()
                        .header("If-Match", "\"" + second + "\"")
                        .delete(MEMORY + "{n}/entries/k", namespace)
                        .statusCode())
                .isEqualTo(204);
        // And a version never comes again
        assertThat(stored(namespace, "k", "1")).isGreaterThan(second);
        assertThat(keys(namespace)).containsExactly("k", "new");
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(2);
    }

    @Test
    void aReaderThatHasTheVersionIsToldSo() {
        String namespace = namespace();
        long version = stored(namespace, "k", "1");

        Response unchanged =
                Api.given().header("If-None-Match", "\"" + version + "\"").get(MEMORY + "{n}/entries/k", namespace);

        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.asString()).isEmpty();
    }

    @Test
    void ofManyWhoCompareAndSetOneWins() {
        String namespace = namespace();
        long version = stored(namespace, "k", "0");

        List<Integer> answers = Concurrently.all(
                8,
                i -> json(i).header("If-Match", "\"" + version + "\"")
                        .put(MEMORY + "{n}/entries/k", namespace)
                        .statusCode());
        List<Integer> creations = Concurrently.all(
                8,
                i -> json(i).header("If-None-Match", "*")
                        .put(MEMORY + "{n}/entries/new", namespace)
                        .statusCode());

        assertThat(answers).containsOnlyOnce(200).doesNotContain(503);
        assertThat(answers.stream().filter(status -> status == 412)).hasSize(7);
        assertThat(creations).containsOnlyOnce(201);
        assertThat(creations.stream().filter(status -> status == 412)).hasSize(7);
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(2);
    }

    @Test
    void noUpdateIsLostWhenManyCount() {
        // Given a counter
        String namespace = namespace();
        stored(namespace, "counter", "0");

        // When clients raise it, reading and comparing
        Concurrently.all(6, client -> {
            for (int i = 0; i < 10; i++) {
                int status;
                do {
                    Response read = get(namespace, "counter");
                    status = json(Integer.parseInt(read.asString()) + 1)
                            .header("If-Match", read.header("ETag"))
                            .put(MEMORY + "{n}/entries/counter", namespace)
                            .statusCode();
                } while (status == 412 || status == 503);
                assertThat(status).isEqualTo(200);
            }
            return client;
        });

        // Then
        assertThat(get(namespace, "counter").asString()).isEqualTo("60");
    }

    @Test
    void manyWritersOfOneKeyAreCountedOnce() {
        String namespace = namespace();
        Concurrently.all(8, i -> {
            for (int n = 0; n < 10; n++) {
                stored(namespace, "same", "\"" + "x".repeat(i) + "\"");
                if (n % 3 == 0) {
                    delete(namespace, "same");
                }
            }
            return i;
        });
        stored(namespace, "same", "1");

        assertThat(statistics(namespace).getLong("entries")).isEqualTo(1);
        assertThat(statistics(namespace).getLong("bytes")).isEqualTo(5);
    }

    @Test
    void keysAreListedByLiteralPrefixAndByGlob() {
        String namespace = namespace();
        List.of("user_1", "userX1", "User_2", "user_2", "user%", "temp_a", "a*b", "z")
                .forEach(key -> stored(namespace, key, "1"));

        assertThat(keys(namespace, Map.of("prefix", "user_"))).containsExactly("user_1", "user_2");
        assertThat(keys(namespace, Map.of("prefix", "user%"))).containsExactly("user%");
        assertThat(keys(namespace, Map.of("prefix", "nobody"))).isEmpty();
        assertThat(keys(namespace, Map.of("glob", "user?1"))).containsExactly("userX1", "user_1");
        assertThat(keys(namespace, Map.of("glob", "[uU]ser_*"))).containsExactly("User_2", "user_1", "user_2");
        assertThat(keys(namespace, Map.of("glob", "a\\*b"))).containsExactly("a*b");
        assertThat(keys(namespace, Map.of("glob", "*_[!12]"))).containsExactly("temp_a");
        assertThat(keys(namespace, Map.of("glob", "user*", "prefix", "user_"))).containsExactly("user_1", "user_2");
        assertThat(keys(namespace, Map.of("glob", "temp*", "prefix", "user_"))).isEmpty();
        refused(Api.given().get(MEMORY + "{n}/entries?glob={g}", namespace, "[a"), 400);
        refused(Api.given().get(MEMORY + "{n}/entries?glob={g}", namespace, "*a".repeat(17)), 400);
    }

    @Test
    void listsArePagedByKey() {
        String namespace = namespace();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            expected.add("k%02d".formatted(i));
        }
        List<String> backwards = new ArrayList<>(expected);
        Collections.reverse(backwards);
        backwards.forEach(key -> stored(namespace, key, "\"" + key + "\""));

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            var page = ok(Api.given().get(MEMORY + "{n}/entries?limit=10&values=true" + cursor, namespace));
            seen.addAll(page.getList("items.value", String.class));
            cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
        } while (cursor != null);

        assertThat(seen).isEqualTo(expected);
        assertThat(ok(Api.given().get(MEMORY + "{n}/entries?limit=1", namespace))
                        .getMap("items[0]"))
                .doesNotContainKey("value");
        refused(Api.given().get(MEMORY + "{n}/entries?cursor=nonsense!", namespace), 400);
    }

    @Test
    void clearingNeedsAPrefixOrTheWordAll() {
        String namespace = namespace();
        List.of("temp_1", "temp_2", "tempX", "keep").forEach(key -> stored(namespace, key, "1"));

        refused(Api.given().delete(MEMORY + "{n}/entries", namespace), 400);
        refused(Api.given().delete(MEMORY + "{n}/entries?prefix=", namespace), 400);
        refused(Api.given().delete(MEMORY + "{n}/entries?prefix=a&all=true", namespace), 400);
        assertThat(ok(Api.given().delete(MEMORY + "{n}/entries?prefix=temp_", namespace))
                        .getLong("deleted"))
                .isEqualTo(2);
        assertThat(keys(namespace)).containsExactly("keep", "tempX");
        assertThat(ok(Api.given().delete(MEMORY + "{n}/entries?all=true", namespace))
                        .getLong("deleted"))
                .isEqualTo(2);
        assertThat(statistics(namespace).getLong("entries")).isZero();
        assertThat(statistics(namespace).getLong("bytes")).isZero();
        refused(Api.given().delete(MEMORY + "{n}/entries?all=true", namespace()), 404);
    }

    @Test
    void expiresExactlyAndIsCreatedAnew() throws InterruptedException {
        // Given
        String namespace = namespace();
        Response stored = json("1").put(MEMORY + "{n}/entries/k?ttl_s=3", namespace);
        Instant expires = Instant.parse(Json.of(stored).getString("expires_at"));

        // When
        assertThat(get(namespace, "k").header("Evenkeel-Expires-At")).isEqualTo(expires.toString());
        Thread.sleep(Math.max(
                0, Duration.between(Instant.now(), expires).plusMillis(50).toMillis()));

        // Then nobody finds it, swept or not
        refused(get(namespace, "k"), 404);
        assertThat(keys(namespace)).isEmpty();
        assertThat(statistics(namespace).getLong("entries")).isZero();
        assertThat(statistics(namespace).getLong("bytes")).isZero();
        refused(delete(namespace, "k"), 404);
        assertThat(json("2")
                        .header("If-None-Match", "*")
                        .put(MEMORY + "{n}/entries/k", namespace)
                        .statusCode())
                .isEqualTo(201);
        // And a write without a time to live ends the old one's
        assertThat(get(namespace, "k").header("Evenkeel-Expires-At")).isNull();
        assertThat(statistics(namespace).getLong("entries")).isEqualTo(1);
    }

    @Test
    void readingRenewsASlidingTimeToLive() throws InterruptedException {
        String namespace = namespace();
        json("1").put(MEMORY + "{n}/entries/slides?ttl_s=4&sliding=true", namespace);
        json("1").put(MEMORY + "{n}/entries/stays?ttl_s=4", namespace);
        for (int i = 0; i < 3; i++) {
            Thread.sleep(1_400);
            assertThat(get(namespace, "slides").statusCode()).isEqualTo(200);
            Api.given().head(MEMORY + "{n}/entries/stays", namespace);
        }
        refused(get(namespace, "stays"), 404);
        // A look at the headers is no reading
        Thread.sleep(2_500);
        Api.given().head(MEMORY + "{n}/entries/slides", namespace);
        Thread.sleep(1_600);
        refused(get(namespace, "slides"), 404);
    }

    @Test
    void nobodySeesAnothersMemory() {
        // Given an entry of the installation
        String namespace = namespace();
        stored(namespace, "k", "\"installation\"");
        String user = IdentityApi.newSession().accessToken();
        String path = MEMORY + "{n}/entries/k";

        // Then a user finds nothing there
        refused(IdentityApi.bearing(user).get(path, namespace), 404);
        assertThat(ok(IdentityApi.bearing(user).get("/api/v1/memory")).getList("items"))
                .isEmpty();

        // When the user writes there
        IdentityApi.bearing(user).contentType(ContentType.JSON).body("\"user\"").put(path, namespace);

        // Then each reads their own
        assertThat(get(namespace, "k").asString()).isEqualTo("\"installation\"");
        assertThat(IdentityApi.bearing(user).get(path, namespace).asString()).isEqualTo("\"user\"");
        assertThat(ok(IdentityApi.bearing(user).get("/api/v1/memory")).getList("items.name", String.class))
                .containsExactly(namespace);
    }
}
