package dev.evenkeel.bench.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** A blocking client for the part of the API that the harness needs; safe for many threads. */
public final class Evenkeel {

    public static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Target target;
    private final String token;

    public Evenkeel(Target target, String token) {
        this.target = target;
        this.token = token;
    }

    public Target target() {
        return target;
    }

    public String token() {
        return token;
    }

    /** The API as a new user sees it, by a personal token; this one must be an administrator's. */
    public Evenkeel withTokenOfNewUser(String username) throws IOException {
        String password = "long-enough-and-not-guessed";
        ObjectNode user = JSON.createObjectNode()
                .put("username", username)
                .put("email", username + "@example.org")
                .put("password", password);
        post("/api/v1/users", user).orThrow();
        ObjectNode signIn = JSON.createObjectNode().put("username", username).put("password", password);
        String session =
                post("/api/v1/auth/login", signIn).orThrow().get("access_token").asText();
        String personal = new Evenkeel(target, session)
                .post("/api/v1/personal-access-tokens", JSON.createObjectNode().put("label", "bench"))
                .orThrow()
                .get("token")
                .asText();
        return new Evenkeel(target, personal);
    }

    /** Creates a collection and returns its id. */
    public String createCollection(String name, String language) throws IOException {
        return create(collection(name, language));
    }

    /** Creates a collection with chunks of at most so many tokens and returns its id. */
    public String createCollection(String name, String language, int maxTokens) throws IOException {
        ObjectNode body = collection(name, language);
        body.putObject("chunking").put("max_tokens", maxTokens);
        return create(body);
    }

    private static ObjectNode collection(String name, String language) {
        return JSON.createObjectNode().put("name", name).put("language", language);
    }

    private String create(ObjectNode collection) throws IOException {
        return post("/api/v1/collections", collection).orThrow().get("id").asText();
    }

    /** Adds a text as a document: 201 when it is searchable at once, 200 for a duplicate, 202 when it is queued. */
    public Answer addDocument(String collectionId, ObjectNode document) throws IOException {
        return post("/api/v1/collections/" + collectionId + "/documents", document);
    }

    /** Uploads files in one request; each becomes a document with a job. */
    public Answer upload(String collectionId, List<UploadFile> files) throws IOException {
        return send(request("/api/v1/collections/" + collectionId + "/files")
                .header("Content-Type", Multipart.CONTENT_TYPE)
                .POST(Multipart.body(files)));
    }

    public Answer search(ObjectNode query) throws IOException {
        return post("/api/v1/search", query);
    }

    public static ObjectNode query(String text, String collectionId, String mode, int limit) {
        ObjectNode query =
                JSON.createObjectNode().put("query", text).put("mode", mode).put("limit", limit);
        query.putArray("collection_ids").add(collectionId);
        return query;
    }

    /** Calls the consumer with every item of a paged list; the second argument counts from 0. */
    public void forEach(String pathWithQuery, BiConsumer<JsonNode, Long> consumer) throws IOException {
        String cursor = "";
        long index = 0;
        do {
            JsonNode page = get(pathWithQuery + cursor).orThrow();
            for (JsonNode item : page.path("items")) {
                consumer.accept(item, index++);
            }
            String next = page.path("next_cursor").asText("");
            cursor = next.isEmpty() || next.equals("null")
                    ? ""
                    : "&cursor=" + java.net.URLEncoder.encode(next, StandardCharsets.UTF_8);
        } while (!cursor.isEmpty());
    }

    public Answer get(String path) throws IOException {
        return send(request(path).GET());
    }

    public Answer delete(String path) throws IOException {
        return send(request(path).DELETE());
    }

    public Answer post(String path, JsonNode body) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(target.url(path)))
                .timeout(REQUEST_LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), json(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            return body.length == 0
                    ? MissingNode.getInstance()
                    : JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }
}
