package dev.evenkeel.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the tests of searches in memory share: one namespace, as the first administrator sees it. */
final class SearchedNamespace {
    static final String MEMORY = "/api/v1/memory/";

    final String namespace;

    SearchedNamespace(String namespace) {
        this.namespace = namespace;
    }

    static SearchedNamespace fresh() {
        return new SearchedNamespace("search-" + UUID.randomUUID());
    }

    String path(String below) {
        return MEMORY + namespace + below;
    }

    Response post(String below, Object body) {
        return Api.given().contentType(ContentType.JSON).body(body).post(path(below));
    }

    Response put(String below, Object body) {
        return Api.given().contentType(ContentType.JSON).body(body).put(path(below));
    }

    Response get(String below) {
        return Api.given().get(path(below));
    }

    Response delete(String below) {
        return Api.given().delete(path(below));
    }

    /** Stores an entry that must be accepted. */
    JsonPath store(Map<String, ?> entry) {
        Response answer = post("/entries", entry);
        assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 201);
        return Json.of(answer);
    }

    void storeAll(List<? extends Map<String, ?>> items) {
        ok(post("/batch-store", Map.of("items", items)));
    }

    JsonPath search(Map<String, ?> question) {
        return ok(post("/search", question));
    }

    List<String> keys(Map<String, ?> question) {
        return search(question).getList("results.key", String.class);
    }

    static JsonPath ok(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return Json.of(answer);
    }
}
