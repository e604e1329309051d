package dev.evenkeel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Credential;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Who may do what: every route of the API description times every kind of credential. A route without a row here fails, so
 * that nothing is undecided.
 */
@QuarkusTest
class PermissionMatrixTest {
    private static final Set<Credential.Kind> USERS = Set.of(Credential.Kind.SESSION, Credential.Kind.PERSONAL_TOKEN);
    private static final String BOUNDARY = "boundary";
    private static final Set<String> INVISIBLE_TO_CLIENTS = Set.of("/test/");

    /** What a route asks of its caller. */
    private enum Need {
        /** Nothing. */
        OPEN,
        /** The scope read; what is named must be within reach. */
        READ,
        /** The scope write; what is named must be within reach. */
        WRITE,
        /** The scope write, and more than one collection's token. */
        MANAGE,
        /** The scope read, and a user behind it: signed in, or by a token of their own. */
        USER,
        /** A person who has signed in; what is named must be theirs. */
        PERSON,
        /** The scope read, and more than one collection's token; what is named must be the caller's own, whoever calls. */
        OWN_READ,
        /** The scope write, and more than one collection's token; what is named must be the caller's own, whoever calls. */
        OWN_WRITE,
        /** The scope read, and more than one collection's token; what is named must be within reach. */
        OVERSEE,
        /** The rights of an administrator. */
        ADMINISTRATOR
    }

    /** A row: a route, what it needs, and a request to it that would succeed. */
    private record Row(String route, Need need, String path, String body) {
        String method() {
            return route.substring(0, route.indexOf(' '));
        }

        /** Whether the request names something that belongs to somebody. */
        boolean namesSomething() {
            return path.contains("{");
        }

        /** Whether the request ends what it is made with. */
        boolean consumesItsCaller() {
            return route.contains("/auth/logout")
                    || route.equals("DELETE /api/v1/users/me")
                    || route.endsWith("/password");
        }
    }

    private static Row row(String route, Need need, String path) {
        return new Row(route, need, path, "");
    }

    private static Row row(String route, Need need, String path, String body) {
        return new Row(route, need, path, body.replace('\'', '"'));
    }

    private static final List<Row> ROWS = List.of(
            row("GET /health", Need.OPEN, "/health"),
            row("GET /.well-known/jwks.json", Need.OPEN, "/.well-known/jwks.json"),
            row("POST /api/v1/auth/register", Need.OPEN, "/api/v1/auth/register", "{}"),
            row("POST /api/v1/auth/login", Need.OPEN, "/api/v1/auth/login", "{}"),
            row("POST /api/v1/auth/refresh", Need.OPEN, "/api/v1/auth/refresh", "{}"),
            row("POST /api/v1/auth/password-reset", Need.OPEN, "/api/v1/auth/password-reset", "{}"),
            row("POST /api/v1/auth/password-reset/confirm", Need.OPEN, "/api/v1/auth/password-reset/confirm", "{}"),
            row("POST /api/v1/auth/logout", Need.PERSON, "/api/v1/auth/logout"),
            row("POST /api/v1/auth/logout-all", Need.PERSON, "/api/v1/auth/logout-all"),
            row("GET /api/v1/users/me", Need.USER, "/api/v1/users/me"),
            row("PATCH /api/v1/users/me", Need.PERSON, "/api/v1/users/me", "{}"),
            row("DELETE /api/v1/users/me", Need.PERSON, "/api/v1/users/me", "{'password':'" + Tenants.PASSWORD + "'}"),
            row("GET /api/v1/users/me/export", Need.PERSON, "/api/v1/users/me/export"),
            row("GET /api/v1/users/me/sessions", Need.PERSON, "/api/v1/users/me/sessions"),
            row("DELETE /api/v1/users/me/sessions/{id}", Need.PERSON, "/api/v1/users/me/sessions/{session}"),
            row(
                    "PUT /api/v1/users/me/password",
                    Need.PERSON,
                    "/api/v1/users/me/password",
                    "{'current_password':'" + Tenants.PASSWORD + "','new_password':'another-" + Tenants.PASSWORD
                            + "'}"),
            row("POST /api/v1/personal-access-tokens", Need.PERSON, "/api/v1/personal-access-tokens", "{'label':'l'}"),
            row("GET /api/v1/personal-access-tokens", Need.PERSON, "/api/v1/personal-access-tokens"),
            row("GET /api/v1/personal-access-tokens/{id}", Need.PERSON, "/api/v1/personal-access-tokens/{pat}"),
            row(
                    "PATCH /api/v1/personal-access-tokens/{id}",
                    Need.PERSON,
                    "/api/v1/personal-access-tokens/{pat}",
                    "{'label':'m'}"),
            row(
                    "POST /api/v1/personal-access-tokens/{id}/rotate",
                    Need.PERSON,
                    "/api/v1/personal-access-tokens/{pat}/rotate",
                    "{}"),
            row("DELETE /api/v1/personal-access-tokens/{id}", Need.PERSON, "/api/v1/personal-access-tokens/{pat}"),
            row("GET /api/v1/users", Need.ADMINISTRATOR, "/api/v1/users"),
            row("POST /api/v1/users", Need.ADMINISTRATOR, "/api/v1/users", "{user}"),
            row("GET /api/v1/users/{id}", Need.ADMINISTRATOR, "/api/v1/users/{user}"),
            row("PATCH /api/v1/users/{id}", Need.ADMINISTRATOR, "/api/v1/users/{user}", "{}"),
            row("DELETE /api/v1/users/{id}", Need.ADMINISTRATOR, "/api/v1/users/{user}"),
            row("GET /api/v1/users/{id}/usage", Need.ADMINISTRATOR, "/api/v1/users/{user}/usage"),
            row("GET /api/v1/audit-events", Need.ADMINISTRATOR, "/api/v1/audit-events"),
            row("GET /api/v1/operations/lanes", Need.ADMINISTRATOR, "/api/v1/operations/lanes"),
            row("POST /api/v1/collections", Need.MANAGE, "/api/v1/collections", "{'name':'{random}'}"),
            row("GET /api/v1/collections", Need.READ, "/api/v1/collections"),
            row("GET /api/v1/collections/{id}", Need.READ, "/api/v1/collections/{collection}"),
            row(
                    "PATCH /api/v1/collections/{id}",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}",
                    "{'description':'d'}"),
            row("DELETE /api/v1/collections/{id}", Need.MANAGE, "/api/v1/collections/{spare-collection}"),
            row("GET /api/v1/collections/{id}/statistics", Need.READ, "/api/v1/collections/{collection}/statistics"),
            row("POST /api/v1/collections/{id}/reembed", Need.MANAGE, "/api/v1/collections/{collection}/reembed"),
            row("GET /api/v1/embedding-models", Need.READ, "/api/v1/embedding-models"),
            row("GET /api/v1/embedding-models/{name}", Need.READ, "/api/v1/embedding-models/default"),
            row(
                    "POST /api/v1/embedding-models",
                    Need.ADMINISTRATOR,
                    "/api/v1/embedding-models",
                    "{'name':'{random}','kind':'lexical-hash','dimension':8}"),
            row("PATCH /api/v1/embedding-models/{name}", Need.ADMINISTRATOR, "/api/v1/embedding-models/default", "{}"),
            row("DELETE /api/v1/embedding-models/{name}", Need.ADMINISTRATOR, "/api/v1/embedding-models/default"),
            row(
                    "POST /api/v1/collections/{id}/access-tokens",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/access-tokens",
                    "{'label':'l'}"),
            row(
                    "GET /api/v1/collections/{id}/access-tokens",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/access-tokens"),
            row("GET /api/v1/collection-access-tokens/{id}", Need.MANAGE, "/api/v1/collection-access-tokens/{cat}"),
            row(
                    "POST /api/v1/collection-access-tokens/{id}/rotate",
                    Need.MANAGE,
                    "/api/v1/collection-access-tokens/{cat}/rotate",
                    "{}"),
            row("DELETE /api/v1/collection-access-tokens/{id}", Need.MANAGE, "/api/v1/collection-access-tokens/{cat}"),
            row(
                    "POST /api/v1/collections/{id}/documents",
                    Need.WRITE,
                    "/api/v1/collections/{collection}/documents",
                    "{'content':'{random}'}"),
            row(
                    "POST /api/v1/collections/{id}/files",
                    Need.WRITE,
                    "/api/v1/collections/{collection}/files",
                    "multipart"),
            row("GET /api/v1/documents", Need.READ, "/api/v1/documents"),
            row("GET /api/v1/documents/{id}", Need.READ, "/api/v1/documents/{document}"),
            row("PATCH /api/v1/documents/{id}", Need.WRITE, "/api/v1/documents/{document}", "{'title':'t'}"),
            row("DELETE /api/v1/documents/{id}", Need.WRITE, "/api/v1/documents/{document}"),
            row("GET /api/v1/documents/{id}/chunks", Need.READ, "/api/v1/documents/{document}/chunks"),
            row("GET /api/v1/documents/{id}/content", Need.READ, "/api/v1/documents/{document}/content"),
            row(
                    "PUT /api/v1/documents/{id}/content",
                    Need.WRITE,
                    "/api/v1/documents/{document}/content",
                    "{'content':'{random}'}"),
            row(
                    "POST /api/v1/documents/{id}/move",
                    Need.MANAGE,
                    "/api/v1/documents/{document}/move",
                    "{'collection_id':'{other-collection}'}"),
            row("POST /api/v1/documents/{id}/reindex", Need.WRITE, "/api/v1/documents/{document}/reindex"),
            row("GET /api/v1/documents/{id}/links", Need.READ, "/api/v1/documents/{document}/links"),
            row("GET /api/v1/documents/{id}/backlinks", Need.READ, "/api/v1/documents/{document}/backlinks"),
            row("GET /api/v1/documents/{id}/neighbours", Need.READ, "/api/v1/documents/{document}/neighbours"),
            row("GET /api/v1/collections/{id}/tags", Need.READ, "/api/v1/collections/{collection}/tags"),
            row(
                    "GET /api/v1/collections/{id}/tags/{tag}/documents",
                    Need.READ,
                    "/api/v1/collections/{collection}/tags/a/documents"),
            row(
                    "GET /api/v1/collections/{id}/broken-links",
                    Need.READ,
                    "/api/v1/collections/{collection}/broken-links"),
            row(
                    "GET /api/v1/collections/{id}/graph/ranking",
                    Need.READ,
                    "/api/v1/collections/{collection}/graph/ranking"),
            row(
                    "POST /api/v1/collections/{id}/folders",
                    Need.ADMINISTRATOR,
                    "/api/v1/collections/{collection}/folders",
                    "{'path':'/not/allowed'}"),
            row("GET /api/v1/collections/{id}/folders", Need.READ, "/api/v1/collections/{collection}/folders"),
            row(
                    "GET /api/v1/collections/{id}/folders/{folderId}",
                    Need.READ,
                    "/api/v1/collections/{collection}/folders/{folder}"),
            row(
                    "GET /api/v1/collections/{id}/folders/{folderId}/files",
                    Need.READ,
                    "/api/v1/collections/{collection}/folders/{folder}/files"),
            row(
                    "PATCH /api/v1/collections/{id}/folders/{folderId}",
                    Need.ADMINISTRATOR,
                    "/api/v1/collections/{collection}/folders/{folder}",
                    "{'gitignore':true}"),
            row(
                    "POST /api/v1/collections/{id}/folders/{folderId}/scan",
                    Need.WRITE,
                    "/api/v1/collections/{collection}/folders/{folder}/scan",
                    "{}"),
            row(
                    "DELETE /api/v1/collections/{id}/folders/{folderId}",
                    Need.ADMINISTRATOR,
                    "/api/v1/collections/{collection}/folders/{folder}"),
            row("POST /api/v1/documents/{id}/similar", Need.READ, "/api/v1/documents/{document}/similar", "{}"),
            row("GET /api/v1/collections/{id}/backup", Need.OVERSEE, "/api/v1/collections/{collection}/backup"),
            row("POST /api/v1/collections/restore", Need.MANAGE, "/api/v1/collections/restore", "multipart"),
            row("GET /api/v1/collections/restore/{restore_id}", Need.OVERSEE, "/api/v1/collections/restore/{restore}"),
            row(
                    "GET /api/v1/collections/{id}/completeness",
                    Need.OVERSEE,
                    "/api/v1/collections/{collection}/completeness"),
            row(
                    "POST /api/v1/collections/{id}/maintenance/{run}",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/maintenance/integrity"),
            row(
                    "GET /api/v1/collections/{id}/maintenance/{run}",
                    Need.OVERSEE,
                    "/api/v1/collections/{collection}/maintenance/latest"),
            row("POST /api/v1/search", Need.READ, "/api/v1/search", "{'query':'words'}"),
            row("GET /api/v1/memory", Need.OWN_READ, "/api/v1/memory"),
            row("GET /api/v1/memory/{namespace}", Need.OWN_READ, "/api/v1/memory/{memory}"),
            row("PUT /api/v1/memory/{namespace}", Need.OWN_WRITE, "/api/v1/memory/matrix", "{}"),
            row("DELETE /api/v1/memory/{namespace}", Need.OWN_WRITE, "/api/v1/memory/{memory}"),
            row("GET /api/v1/memory/{namespace}/stats", Need.OWN_READ, "/api/v1/memory/{memory}/stats"),
            row("POST /api/v1/memory/{namespace}/gc", Need.OWN_WRITE, "/api/v1/memory/{memory}/gc"),
            row(
                    "POST /api/v1/memory/{namespace}/batch-store",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/batch-store",
                    "{'items':[]}"),
            row(
                    "POST /api/v1/memory/{namespace}/batch-load",
                    Need.OWN_READ,
                    "/api/v1/memory/matrix/batch-load",
                    "{'keys':['k']}"),
            row(
                    "POST /api/v1/memory/{namespace}/batch-delete",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/batch-delete",
                    "{'keys':['k']}"),
            row(
                    "POST /api/v1/memory/{namespace}/batch",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/batch",
                    "{'operations':[]}"),
            row(
                    "POST /api/v1/memory/{namespace}/search",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/search",
                    "{'query':'w'}"),
            row(
                    "POST /api/v1/memory/{namespace}/entries",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/entries",
                    "{'text':'t'}"),
            row("GET /api/v1/memory/{namespace}/vectors", Need.OWN_READ, "/api/v1/memory/{memory}/vectors"),
            row(
                    "PUT /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/vectors/v",
                    "{'dimension':2,'metric':'l2'}"),
            row(
                    "GET /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/vectors/{vectors}"),
            row(
                    "POST /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/vectors/{vectors}",
                    "{'items':[]}"),
            row(
                    "POST /api/v1/memory/{namespace}/vectors/{collection}/search",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/vectors/{vectors}/search",
                    "{'vector':[1,1]}"),
            row(
                    "GET /api/v1/memory/{namespace}/vectors/{collection}/{id}",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/vectors/{vectors}/i"),
            row(
                    "DELETE /api/v1/memory/{namespace}/vectors/{collection}/{id}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/vectors/{vectors}/i"),
            row(
                    "DELETE /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/vectors/{vectors}"),
            row("GET /api/v1/memory/{namespace}/entries", Need.OWN_READ, "/api/v1/memory/matrix/entries"),
            row(
                    "DELETE /api/v1/memory/{namespace}/entries",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/entries?prefix=none"),
            row("PUT /api/v1/memory/{namespace}/entries/{key}", Need.OWN_WRITE, "/api/v1/memory/matrix/entries/k", "1"),
            row(
                    "GET /api/v1/memory/{namespace}/entries/{key}",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/entries/{entry}"),
            row(
                    "DELETE /api/v1/memory/{namespace}/entries/{key}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/entries/{entry}"),
            row(
                    "GET /api/v1/memory/{namespace}/entries/{key}/versions",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/entries/k/versions"),
            row("GET /api/v1/memory/{namespace}/changes", Need.OWN_READ, "/api/v1/memory/{memory}/changes"),
            row(
                    "GET /api/v1/memory/{namespace}/changes/events",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/changes/events"),
            row("GET /api/v1/quarantine", Need.READ, "/api/v1/quarantine"),
            row("GET /api/v1/quarantine/{id}", Need.READ, "/api/v1/quarantine/{held}"),
            row("POST /api/v1/quarantine/{id}/restore", Need.MANAGE, "/api/v1/quarantine/{held}/restore"),
            row("DELETE /api/v1/quarantine/{id}", Need.MANAGE, "/api/v1/quarantine/{held}"),
            row(
                    "POST /api/v1/quarantine/purge",
                    Need.MANAGE,
                    "/api/v1/quarantine/purge",
                    "{'dry_run':true,'older_than_days':0}"),
            row("GET /api/v1/jobs", Need.READ, "/api/v1/jobs"),
            row("GET /api/v1/jobs/events", Need.READ, "/api/v1/jobs/events"),
            row("GET /api/v1/jobs/{id}", Need.READ, "/api/v1/jobs/{job}"),
            row("POST /api/v1/jobs/{id}/cancel", Need.WRITE, "/api/v1/jobs/{job}/cancel"),
            row("POST /api/v1/jobs/{id}/retry", Need.WRITE, "/api/v1/jobs/{job}/retry"),
            row("POST /api/v1/jobs/redrive", Need.ADMINISTRATOR, "/api/v1/jobs/redrive", "{}"),
            row("GET /api/v1/jobs/kinds", Need.ADMINISTRATOR, "/api/v1/jobs/kinds"),
            row(
                    "POST /api/v1/jobs/kinds/{kind}/pause",
                    Need.ADMINISTRATOR,
                    "/api/v1/jobs/kinds/knowledge.purge-collection/pause"),
            row(
                    "POST /api/v1/jobs/kinds/{kind}/resume",
                    Need.ADMINISTRATOR,
                    "/api/v1/jobs/kinds/knowledge.purge-collection/resume"),
            row(
                    "POST /api/v1/jobs/kinds/{kind}/clear",
                    Need.ADMINISTRATOR,
                    "/api/v1/jobs/kinds/knowledge.purge-collection/clear"));

    @TestHTTPResource("/")
    URI service;

    @Inject
    Database database;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @Test
    void everyRouteHasARow() {
        Map<String, Map<String, Object>> paths = Api.given()
                .queryParam("format", "json")
                .get("/q/openapi")
                .jsonPath()
                .getMap("paths");
        Set<String> routes = new TreeSet<>();
        paths.forEach((path, operations) -> operations.keySet().stream()
                .filter(method ->
                        Set.of("get", "post", "put", "patch", "delete").contains(method))
                .filter(method -> INVISIBLE_TO_CLIENTS.stream().noneMatch(path::startsWith))
                .forEach(method -> routes.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));

        Set<String> decided = new TreeSet<>(ROWS.stream().map(Row::route).toList());
        assertThat(decided).isEqualTo(routes);
    }

    @Test
    void everyCredentialMayDoWhatItMayAndNothingElse() throws Exception {
        // Given two tenants and an administrator, with every kind of credential
        Tenants tenants = new Tenants(database);
        List<String> wrong = new ArrayList<>();
        int tried = 0;
        for (Row row : ROWS) {
            for (Credential credential : tenants.credentials()) {
                if (row.consumesItsCaller() && credential.kind() != Credential.Kind.NONE && credential.valid()) {
                    continue;
                }
                // When each asks for the first tenant's things
                int status = status(row, tenants, credential.token());
                tried++;
                // Then
                String expected = expected(row, credential);
                if (!outcome(status).equals(expected)) {
                    wrong.add(row.route() + " as " + credential.name() + ": " + status + " instead of " + expected);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(tried).isGreaterThan(900);
    }

    @Test
    void whatEndsASessionIsForItsPersonOnly() throws Exception {
        Tenants tenants = new Tenants(database);
        for (Row row : ROWS.stream().filter(Row::consumesItsCaller).toList()) {
            assertThat(outcome(status(row, tenants, tenants.freshSession())))
                    .as(row.route())
                    .isEqualTo("allowed");
            assertThat(outcome(status(row, tenants, tenants.token("owner's token, read and write"))))
                    .as(row.route())
                    .isEqualTo("403");
            assertThat(outcome(status(row, tenants, Api.TOKEN))).as(row.route()).isEqualTo("403");
        }
    }

    /** What the rules say, spelt out independently of the service's code. */
    private static String expected(Row row, Credential credential) {
        if (row.need() == Need.OPEN && credential.kind() == Credential.Kind.NONE) {
            return "allowed";
        }
        if (!credential.valid()) {
            return "401";
        }
        return switch (row.need()) {
            case OPEN -> "allowed";
            case USER -> !credential.reads() || !USERS.contains(credential.kind()) ? "403" : "allowed";
            case PERSON ->
                credential.kind() != Credential.Kind.SESSION
                        ? "403"
                        : row.namesSomething() && !credential.owner() ? "404" : "allowed";
            case ADMINISTRATOR -> credential.administrator() ? "allowed" : "403";
            case OWN_READ -> !credential.reads() || shared(credential) ? "403" : owned(row, credential);
            case OWN_WRITE -> !credential.writes() || shared(credential) ? "403" : owned(row, credential);
            case READ -> !credential.reads() ? "403" : reached(row, credential);
            case WRITE -> !credential.writes() ? "403" : reached(row, credential);
            case OVERSEE -> !credential.reads() || shared(credential) ? "403" : reached(row, credential);
            case MANAGE -> !credential.writes() || shared(credential) ? "403" : reached(row, credential);
        };
    }

    private static boolean shared(Credential credential) {
        return credential.kind() == Credential.Kind.COLLECTION_TOKEN;
    }

    private static String owned(Row row, Credential credential) {
        return !row.namesSomething() || credential.owner() ? "allowed" : "404";
    }

    private static String reached(Row row, Credential credential) {
        return !row.namesSomething() || credential.reachesTheCollection() ? "allowed" : "404";
    }

    private static String outcome(int status) {
        return switch (status) {
            case 401, 403, 404 -> String.valueOf(status);
            default -> status < 500 ? "allowed" : "failed";
        };
    }

    private int status(Row row, Tenants tenants, String token) throws IOException, InterruptedException {
        String path = tenants.fill(row.path());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofSeconds(20));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (row.body().equals("multipart")) {
            request.header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
            request.POST(HttpRequest.BodyPublishers.ofString("--" + BOUNDARY
                    + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
                    + tenants.fill("{random}")
                    + "\r\n--" + BOUNDARY + "--\r\n"));
        } else if (row.body().isEmpty()) {
            request.method(row.method(), HttpRequest.BodyPublishers.noBody());
        } else {
            String body = row.body().equals("{user}") ? newUser(tenants) : tenants.fill(row.body());
            request.header("Content-Type", "application/json");
            request.method(row.method(), HttpRequest.BodyPublishers.ofString(body));
        }
        // A stream does not end by itself: its status is enough.
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    private static String newUser(Tenants tenants) {
        String name = tenants.fill("{random}");
        return new JsonObject()
                .put("username", name)
                .put("email", name + "@example.org")
                .put("password", Tenants.PASSWORD)
                .encode();
    }
}
