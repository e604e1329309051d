package dev.evenkeel.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** The routes of memory as a client uses them. */
final class MemoryApi {
    static final String MEMORY = "/api/v1/memory/";

    private MemoryApi() {}

    /** A name that no other test uses. */
    static String namespace() {
        return "tests/" + UUID.randomUUID();
    }

    /** A namespace with settings. */
    static String namespace(Map<String, ?> settings) {
        String name = namespace();
        Response created = json(settings).put(MEMORY + "{namespace}", name);
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        return name;
    }

    static RequestSpecification json(Object body) {
        return Api.given().contentType(ContentType.JSON).body(body);
    }

    static Response put(String namespace, String key, Object body) {
        return json(body).put(MEMORY + "{namespace}/entries/{key}", namespace, key);
    }

    /** Stores a value, and its version. */
    static long stored(String namespace, String key, Object body) {
        Response response = put(namespace, key, body);
        assertThat(response.statusCode()).as(response.asString()).isIn(200, 201);
        return Json.of(response).getLong("version");
    }

    static Response get(String namespace, String key) {
        return Api.given().get(MEMORY + "{namespace}/entries/{key}", namespace, key);
    }

    static Response delete(String namespace, String key) {
        return Api.given().delete(MEMORY + "{namespace}/entries/{key}", namespace, key);
    }

    static Response post(String namespace, String what, Object body) {
        return json(body).post(MEMORY + "{namespace}/" + what, namespace);
    }

    static JsonPath ok(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        return Json.of(response);
    }

    static List<String> keys(String namespace) {
        return keys(namespace, Map.of());
    }

    static List<String> keys(String namespace, Map<String, ?> query) {
        return ok(Api.given().queryParams(query).get(MEMORY + "{namespace}/entries", namespace))
                .getList("items.key");
    }

    static JsonPath statistics(String namespace) {
        return ok(Api.given().get(MEMORY + "{namespace}/stats", namespace));
    }

    /** So many items for a batch, with the keys {@code prefix0}, {@code prefix1} and so on. */
    static Map<String, Object> items(String prefix, int count) {
        return Map.of(
                "items",
                IntStream.range(0, count)
                        .mapToObj(i -> Map.of("key", prefix + i, "value", Map.of("number", i)))
                        .toList());
    }

    static Map<String, Object> wanted(String prefix, int count) {
        return Map.of(
                "keys", IntStream.range(0, count).mapToObj(i -> prefix + i).toList());
    }

    /** The problem of a refusal. */
    static JsonPath refused(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        return Json.of(response);
    }
}
