package dev.evenkeel.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.MultipartBody;
import io.restassured.config.EncoderConfig;
import io.restassured.config.LogConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** What the tests of collections, documents and searches share. */
final class KnowledgeApi {
    static final String COLLECTIONS = "/api/v1/collections";
    static final String DOCUMENTS = "/api/v1/documents";
    static final String SEARCH = "/api/v1/search";
    static final String INGESTION = "knowledge.ingest";
    static final UUID NOBODY = UUID.fromString("00000000-0000-7000-8000-000000000000");

    private static final Duration INGESTED_WITHIN = Duration.ofSeconds(40);
    private static final RestAssuredConfig CONFIG = RestAssuredConfig.newConfig()
            .logConfig(LogConfig.logConfig())
            .encoderConfig(EncoderConfig.encoderConfig()
                    .defaultContentCharset(StandardCharsets.UTF_8)
                    .encodeContentTypeAs("multipart/form-data", ContentType.BINARY));
    private static final AtomicLong NAMES = new AtomicLong();
    private static final Pattern INSIDE = Pattern.compile("(?i)exception|\\bat [\\w.]+\\(|java\\.|io\\.vertx|hibernate"
            + "|jakarta|dev\\.evenkeel|sqlstate|\\bselect\\b.+\\bfrom\\b|insert into|constraint \"");

    private KnowledgeApi() {}

    /** A request that is not kept as pretty text in case it fails: bodies here may be large. */
    static RequestSpecification request() {
        return Api.given().config(CONFIG);
    }

    static String newName() {
        return "test " + NAMES.incrementAndGet() + " " + UUID.randomUUID();
    }

    /** A new collection in English. */
    static UUID collection() {
        return collection("english");
    }

    static UUID collection(String language) {
        return createCollection(Map.of("name", newName(), "language", language));
    }

    static UUID createCollection(Map<String, ?> wanted) {
        Response created = post(COLLECTIONS, wanted);
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        return id(Json.of(created), "id");
    }

    static Response post(String path, Object json) {
        return request().contentType(ContentType.JSON).body(json).post(path);
    }

    static Response patch(String path, Object json) {
        return request().contentType(ContentType.JSON).body(json).patch(path);
    }

    static Response put(String path, Object json) {
        return request().contentType(ContentType.JSON).body(json).put(path);
    }

    static Response get(String path, Object... parameters) {
        return request().get(path, parameters);
    }

    static Response delete(String path) {
        return request().delete(path);
    }

    /** Sends a text and returns the answer, whatever it is. */
    static Response send(UUID collection, Map<String, ?> document) {
        return post(COLLECTIONS + "/" + collection + "/documents", document);
    }

    /** Stores a text that must be new and searchable at once. */
    static JsonPath store(UUID collection, Map<String, ?> document) {
        Response stored = send(collection, document);
        assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
        return Json.of(stored);
    }

    static UUID storeText(UUID collection, String content) {
        return id(store(collection, Map.of("content", content)), "id");
    }

    static UUID storeAt(UUID collection, String path, String content) {
        return id(store(collection, Map.of("content", content, "source_path", path)), "id");
    }

    static String documentPath(UUID id) {
        return DOCUMENTS + "/" + id;
    }

    static JsonPath document(UUID id) {
        return ok(get(documentPath(id)));
    }

    static JsonPath chunks(UUID id) {
        return ok(get(DOCUMENTS + "/" + id + "/chunks?limit=200"));
    }

    /** Waits until the document's newest content is completed. */
    static JsonPath completed(UUID id) {
        return inState(id, "completed");
    }

    static JsonPath inState(UUID id, String state) {
        Eventually.holds(
                INGESTED_WITHIN,
                () -> assertThat(document(id).getString("state")).isEqualTo(state));
        return document(id);
    }

    static JsonPath statistics(UUID collection) {
        return ok(get(COLLECTIONS + "/" + collection + "/statistics"));
    }

    static Response upload(UUID collection, MultipartBody body) {
        return upload(collection, body, "");
    }

    static Response upload(UUID collection, MultipartBody body, String query) {
        return multipart(collection, body.end(), query);
    }

    /** Uploads a body that may be broken. */
    static Response multipart(UUID collection, byte[] body, String query) {
        return request()
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .body(body)
                .post(COLLECTIONS + "/" + collection + "/files" + query);
    }

    /** Uploads files that are all taken in some way; their items in the order of the files. */
    static JsonPath uploaded(UUID collection, MultipartBody body) {
        Response response = upload(collection, body);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
        return Json.of(response);
    }

    static UUID uploadedFile(UUID collection, String path, byte[] content) {
        return id(uploaded(collection, new MultipartBody().file(path, content)), "items[0].document_id");
    }

    static JsonPath search(String query, UUID... collections) {
        return search(query, Map.of(), collections);
    }

    /** A keyword search with more parameters. */
    static JsonPath search(String query, Map<String, ?> more, UUID... collections) {
        Map<String, Object> wanted = new HashMap<>(Map.of("query", query, "mode", "keyword"));
        wanted.put("collection_ids", Arrays.asList(collections));
        wanted.putAll(more);
        return ok(post(SEARCH, wanted));
    }

    static List<UUID> foundDocuments(String query, UUID... collections) {
        return search(query, collections).getList("results.document_id", String.class).stream()
                .map(UUID::fromString)
                .toList();
    }

    static void pauseIngestion() {
        ok(request().post("/api/v1/jobs/kinds/" + INGESTION + "/pause"));
    }

    static void resumeIngestion() {
        ok(request().post("/api/v1/jobs/kinds/" + INGESTION + "/resume"));
    }

    static JsonPath job(UUID id) {
        return ok(get("/api/v1/jobs/" + id));
    }

    static JsonPath jobInState(UUID id, String state) {
        Eventually.holds(
                INGESTED_WITHIN, () -> assertThat(job(id).getString("state")).isEqualTo(state));
        return job(id);
    }

    static JsonPath ok(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        return Json.of(response);
    }

    /** The problem document that the answer must be, with nothing of the inside in it. */
    static JsonPath problem(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        assertThat(INSIDE.matcher(response.asString()).find())
                .as("shows its inside: " + response.asString())
                .isFalse();
        JsonPath problem = Json.of(response);
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("type")).startsWith("urn:evenkeel:problem:");
        assertThat(problem.getString("title")).isNotBlank();
        assertThat(problem.getString("detail")).isNotBlank();
        assertThat(problem.getString("request_id")).isEqualTo(response.header("X-Request-Id"));
        return problem;
    }

    /** A 400 that names the field. */
    static void invalid(Response response, String field) {
        JsonPath problem = problem(response, 400);
        assertThat(problem.getString("type")).isEqualTo("urn:evenkeel:problem:validation");
        assertThat(problem.getList("errors.field", String.class)).contains(field);
    }

    static UUID id(JsonPath json, String path) {
        return UUID.fromString(json.getString(path));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
