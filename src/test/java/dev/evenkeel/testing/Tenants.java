package dev.evenkeel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Credential.Kind;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Two tenants and an administrator, with every kind of credential, and things of the first tenant. */
public final class Tenants {
    public static final String PASSWORD = "lantern-mosaic-42-harbour";

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String API = "/api/v1";

    private final Database database;
    private final List<Credential> credentials = new ArrayList<>();
    private final Map<String, String> things = new HashMap<>();
    private final String owner = user();
    private final String ownerSession = session(owner);
    private final String collection = collection(ownerSession);
    private final String otherCollection = collection(ownerSession);

    public Tenants(Database database) {
        this.database = database;
        String stranger = user();
        String strangerSession = session(stranger);
        String administrator = user();
        change(administrator, Map.of("administrator", true));
        String administratorSession = session(administrator);

        credentials.add(Credential.none());
        credentials.add(
                Credential.of("bootstrap token", Kind.INSTALLATION, Api.TOKEN, false, "read write admin", true));
        credentials.add(Credential.of("owner's session", Kind.SESSION, ownerSession, true, "read write", true));
        credentials.add(Credential.of("stranger's session", Kind.SESSION, strangerSession, false, "read write", false));
        credentials.add(Credential.of(
                "administrator's session", Kind.SESSION, administratorSession, false, "read write admin", true));
        personal("owner's token, read and write", ownerSession, true, true, "read", "write");
        personal("owner's token, read", ownerSession, true, true, "read");
        personal("owner's token, write", ownerSession, true, true, "write");
        personal("stranger's token", strangerSession, false, false, "read", "write");
        personal("administrator's token", administratorSession, false, true, "read", "write", "admin");
        personal("administrator's token without admin", administratorSession, false, false, "read", "write");
        shared("collection token, read", collection, true, "read");
        shared("collection token, read and write", collection, true, "read", "write");
        shared("token of the owner's other collection", otherCollection, false, "read", "write");
        dead();
    }

    public List<Credential> credentials() {
        return List.copyOf(credentials);
    }

    public String token(String name) {
        return credentials.stream()
                .filter(credential -> credential.name().equals(name))
                .findFirst()
                .orElseThrow()
                .token();
    }

    /** The session of a new user. */
    public String freshSession() {
        return session(user());
    }

    /** Fills in ids of things of the first tenant; what a request has used up is made anew. */
    public String fill(String template) {
        String text = template;
        if (text.contains("{random}")) {
            text = text.replace("{random}", "u" + UUID.randomUUID());
        }
        text = text.replace("{collection}", collection).replace("{other-collection}", otherCollection);
        text = filled(text, "{spare-collection}", API + "/collections/", () -> collection(ownerSession));
        if (text.contains("{document}")) {
            text = text.replace("{document}", document());
        }
        text = filled(text, "{job}", API + "/jobs/", this::job);
        text = filled(
                text,
                "{pat}",
                API + "/personal-access-tokens/",
                () -> issue(ownerSession, List.of("read")).getString("id"));
        text = filled(
                text,
                "{cat}",
                API + "/collection-access-tokens/",
                () -> share(collection, List.of("read")).getString("id"));
        text = filled(text, "{folder}", API + "/collections/" + collection + "/folders/", this::folder);
        text = filled(text, "{held}", API + "/quarantine/", this::held);
        text = filled(text, "{restore}", API + "/collections/restore/", this::restore);
        text = filled(text, "{memory}", API + "/memory/", this::memory);
        if (text.contains("{entry}")) {
            text = text.replace("{entry}", entry());
        }
        if (text.contains("{vectors}")) {
            text = text.replace("{vectors}", vectors());
        }
        if (text.contains("{session}")) {
            text = text.replace("{session}", spareSession());
        }
        if (text.contains("{user}")) {
            text = text.replace("{user}", idOf(user()));
        }
        return text;
    }

    /** The thing made last, or another when that is gone. */
    private String filled(String text, String place, String path, Supplier<String> another) {
        if (!text.contains(place)) {
            return text;
        }
        String id = things.get(place);
        if (id == null || as(ownerSession).get(path + id).statusCode() != 200) {
            id = another.get();
            things.put(place, id);
        }
        return text.replace(place, id);
    }

    /** An empty folder that the collection follows, as an administrator has bound it. */
    private String folder() {
        java.nio.file.Path path = java.nio.file.Path.of("target/test-folders", "t" + UUID.randomUUID())
                .toAbsolutePath();
        assertThat(path.toFile().mkdirs()).isTrue();
        return ok(
                        Api.given()
                                .contentType(ContentType.JSON)
                                .body(Map.of("path", path.toString(), "paused", true))
                                .post(API + "/collections/" + collection + "/folders"),
                        201)
                .getString("id");
    }

    /** A PDF that says it is something else. */
    private String held() {
        byte[] body = new MultipartBody()
                .file(UUID.randomUUID() + ".md", "%PDF-1.4 " + UUID.randomUUID())
                .end();
        String document = ok(
                        as(ownerSession)
                                .config(RestAssured.config()
                                        .encoderConfig(EncoderConfig.encoderConfig()
                                                .encodeContentTypeAs("multipart/form-data", ContentType.BINARY)))
                                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                                .body(body)
                                .post(API + "/collections/" + collection + "/files"),
                        202)
                .getString("items[0].document_id");
        return as(ownerSession)
                .queryParam("collection_id", collection)
                .get(API + "/quarantine")
                .jsonPath()
                .getString("items.find { it.document_id == '" + document + "' }.id");
    }

    /** What a backup of the collection would come to. */
    private String restore() {
        byte[] archive = as(ownerSession)
                .get(API + "/collections/" + collection + "/backup")
                .asByteArray();
        return ok(
                        as(ownerSession)
                                .multiPart("file", "backup.zip", archive)
                                .post(API + "/collections/restore?dry_run=true"),
                        202)
                .getString("id");
    }

    /** A namespace that keeps a history. */
    private String memory() {
        String name = "m" + UUID.randomUUID();
        ok(
                as(ownerSession)
                        .contentType(ContentType.JSON)
                        .body(Map.of("history", true))
                        .put(API + "/memory/" + name),
                201);
        return name;
    }

    private String entry() {
        String key = "k" + UUID.randomUUID();
        Response stored = as(ownerSession)
                .contentType(ContentType.JSON)
                .body("1")
                .put(API + "/memory/" + things.get("{memory}") + "/entries/" + key);
        ok(stored, 201);
        return key;
    }

    /** A collection of vectors with the vector {@code i}. */
    private String vectors() {
        String name = "v";
        String path = API + "/memory/" + things.get("{memory}") + "/vectors/" + name;
        Map<String, Object> settings = Map.of("dimension", 2, "metric", "cosine");
        int status = as(ownerSession)
                .contentType(ContentType.JSON)
                .body(settings)
                .put(path)
                .statusCode();
        assertThat(status).isIn(200, 201);
        Map<String, Object> items = Map.of("items", List.of(Map.of("id", "i", "vector", List.of(1, 1))));
        ok(as(ownerSession).contentType(ContentType.JSON).body(items).post(path), 200);
        return name;
    }

    private void personal(String name, String session, boolean ofOwner, boolean reaches, String... scopes) {
        String token = issue(session, List.of(scopes)).getString("token");
        credentials.add(Credential.of(name, Kind.PERSONAL_TOKEN, token, ofOwner, String.join(" ", scopes), reaches));
    }

    private void shared(String name, String of, boolean reaches, String... scopes) {
        String token = share(of, List.of(scopes)).getString("token");
        credentials.add(Credential.of(name, Kind.COLLECTION_TOKEN, token, false, String.join(" ", scopes), reaches));
    }

    /** Everything that is not accepted any more, or never was. */
    private void dead() {
        String good = issue(ownerSession, List.of("read", "write")).getString("token");
        add("malformed token", Kind.PERSONAL_TOKEN, "ek_pat_short");
        add("token with a wrong checksum", Kind.PERSONAL_TOKEN, flipped(good));
        add("something else", Kind.PERSONAL_TOKEN, "not-a-token");
        add("tampered session", Kind.SESSION, flipped(ownerSession));

        JsonPath expired = issue(ownerSession, List.of("read", "write"));
        expire(expired.getString("id"));
        add("expired token", Kind.PERSONAL_TOKEN, expired.getString("token"));

        JsonPath revoked = issue(ownerSession, List.of("read", "write"));
        ok(as(ownerSession).delete(API + "/personal-access-tokens/" + revoked.getString("id")), 204);
        add("revoked token", Kind.PERSONAL_TOKEN, revoked.getString("token"));

        JsonPath rotated = issue(ownerSession, List.of("read", "write"));
        ok(
                as(ownerSession)
                        .contentType(ContentType.JSON)
                        .body("{}")
                        .post(API + "/personal-access-tokens/" + rotated.getString("id") + "/rotate"),
                200);
        add("rotated token", Kind.PERSONAL_TOKEN, rotated.getString("token"));

        JsonPath unshared = share(collection, List.of("read", "write"));
        ok(as(ownerSession).delete(API + "/collection-access-tokens/" + unshared.getString("id")), 204);
        add("revoked collection token", Kind.COLLECTION_TOKEN, unshared.getString("token"));

        String former = user();
        String formerSession = session(former);
        String formerToken = issue(formerSession, List.of("read", "write")).getString("token");
        String formerCollection = collection(formerSession);
        String formerShared = Json.of(as(formerSession)
                        .contentType(ContentType.JSON)
                        .body(Map.of("label", "shared"))
                        .post(API + "/collections/" + formerCollection + "/access-tokens"))
                .getString("token");
        change(former, Map.of("active", false));
        add("session of an inactive user", Kind.SESSION, formerSession);
        add("token of an inactive user", Kind.PERSONAL_TOKEN, formerToken);
        add("collection token of an inactive user", Kind.COLLECTION_TOKEN, formerShared);

        String ended = session(owner);
        ok(as(ended).post(API + "/auth/logout"), 204);
        add("ended session", Kind.SESSION, ended);
    }

    private void add(String name, Kind kind, String token) {
        credentials.add(Credential.dead(name, kind, token));
    }

    private static String flipped(String token) {
        int middle = token.length() - 8;
        char other = token.charAt(middle) == 'a' ? 'b' : 'a';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }

    private void expire(String tokenId) {
        database.writeSql(tx -> tx.preparedQuery(
                                "update access_token set expires_at = now() - interval '1 second' where id = $1")
                        .execute(Tuple.of(UUID.fromString(tokenId))))
                .await()
                .atMost(LIMIT);
    }

    private static String user() {
        String name = "u" + UUID.randomUUID();
        ok(
                Api.given()
                        .contentType(ContentType.JSON)
                        .body(Map.of("username", name, "email", name + "@example.org", "password", PASSWORD))
                        .post(API + "/users"),
                201);
        return name;
    }

    private static String idOf(String username) {
        return Json.of(Api.given().queryParam("query", username).get(API + "/users"))
                .getString("items[0].id");
    }

    private static void change(String username, Map<String, Object> change) {
        ok(Api.given().contentType(ContentType.JSON).body(change).patch(API + "/users/" + idOf(username)), 200);
    }

    private static String session(String username) {
        return signIn(username).getString("access_token");
    }

    private static JsonPath signIn(String username) {
        return ok(
                RestAssured.given()
                        .contentType(ContentType.JSON)
                        .body(Map.of("username", username, "password", PASSWORD))
                        .post(API + "/auth/login"),
                200);
    }

    private String spareSession() {
        String spare = session(owner);
        return as(spare).get(API + "/users/me/sessions").jsonPath().getString("items.find { it.current }.id");
    }

    private static String collection(String session) {
        return ok(
                        as(session)
                                .contentType(ContentType.JSON)
                                .body(Map.of("name", "c" + UUID.randomUUID()))
                                .post(API + "/collections"),
                        201)
                .getString("id");
    }

    private String document() {
        return ok(
                        as(ownerSession)
                                .contentType(ContentType.JSON)
                                .body(Map.of("content", "words " + UUID.randomUUID()))
                                .post(API + "/collections/" + collection + "/documents"),
                        201)
                .getString("id");
    }

    private String job() {
        return ok(
                        as(ownerSession)
                                .multiPart(
                                        "file",
                                        "f" + UUID.randomUUID() + ".txt",
                                        "words".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .post(API + "/collections/" + collection + "/files"),
                        202)
                .getString("items[0].job_id");
    }

    private static JsonPath issue(String session, List<String> scopes) {
        return ok(
                as(session)
                        .contentType(ContentType.JSON)
                        .body(Map.of("label", "test", "scopes", scopes))
                        .post(API + "/personal-access-tokens"),
                201);
    }

    private JsonPath share(String of, List<String> scopes) {
        return ok(
                as(ownerSession)
                        .contentType(ContentType.JSON)
                        .body(Map.of("label", "test", "scopes", scopes))
                        .post(API + "/collections/" + of + "/access-tokens"),
                201);
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return RestAssured.given().header("Authorization", "Bearer " + token);
    }

    private static JsonPath ok(Response response, int status) {
        if (response.statusCode() != status) {
            throw new AssertionError(response.statusCode() + " instead of " + status + ": " + response.asString());
        }
        return Json.of(response);
    }
}
