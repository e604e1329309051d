package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the tests of the API of rag-kb share: an empty knowledge base, requests, and the errors as its clients know them. */
final class RagKbApi {
    static final String NAME = "Knowledge base";
    static final Duration LIMIT = Duration.ofSeconds(20);

    private RagKbApi() {}

    /** An empty knowledge base, made by the first who asks. */
    static UUID emptyKnowledgeBase() {
        collections().forEach((name, id) -> {
            if (name.equals(NAME)) {
                request().delete(COLLECTIONS + "/" + id).then().statusCode(204);
            }
        });
        assertThat(ok(request().get("/documents")).getLong("total_documents")).isZero();
        return UUID.fromString(String.valueOf(collections().get(NAME)));
    }

    private static Map<String, String> collections() {
        Map<String, String> found = new HashMap<>();
        String cursor = "";
        while (cursor != null) {
            JsonPath page = ok(request().get(COLLECTIONS + "?limit=200" + cursor));
            for (Map<String, String> item : page.<Map<String, String>>getList("items")) {
                found.put(item.get("name"), item.get("id"));
            }
            String next = page.getString("next_cursor");
            cursor = next == null ? null : "&cursor=" + next;
        }
        return found;
    }

    static Response postJson(String path, Object body) {
        return request().contentType(ContentType.JSON).body(body).post(path);
    }

    /** The sentence of an error. */
    static String detail(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(Json.of(response).getMap("$")).containsOnlyKeys("detail");
        return Json.of(response).getString("detail");
    }

    /** A refused request must say where it is wrong. */
    static void unprocessable(Response response, String... place) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(422);
        assertThat(Json.of(response).getMap("$")).containsOnlyKeys("detail");
        assertThat(Json.of(response).getList("detail[0].loc")).containsExactly((Object[]) place);
        assertThat(Json.of(response).getString("detail[0].msg")).isNotBlank();
        assertThat(Json.of(response).getString("detail[0].type")).isNotBlank();
    }

    /** The paths of the documents that are found by a part of them. */
    static List<String> paths(String pattern) {
        return ok(request().queryParam("pattern", pattern).get("/documents/search"))
                .getList("documents.file_path");
    }

    /** A request whose path is sent as it is written, whatever it holds. */
    static HttpResponse<String> raw(URI service, String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service + path))
                .header("Authorization", "Bearer " + Api.TOKEN)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
