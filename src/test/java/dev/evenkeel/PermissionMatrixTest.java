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

        Set<String> decided = new TreeSet<>(
                RoutePermissions.ROWS.stream().map(RoutePermission::route).toList());
        assertThat(decided).isEqualTo(routes);
    }

    @Test
    void everyCredentialMayDoWhatItMayAndNothingElse() throws Exception {
        // Given two tenants and an administrator, with every kind of credential
        Tenants tenants = new Tenants(database);
        List<String> wrong = new ArrayList<>();
        int tried = 0;
        for (RoutePermission row : RoutePermissions.ROWS) {
            HttpRequest.Builder request = request(row, tenants);
            for (Credential credential : tenants.credentials()) {
                if (row.consumesItsCaller() && credential.kind() != Credential.Kind.NONE && credential.valid()) {
                    continue;
                }
                // When each asks for the first tenant's things
                int status = status(request, credential.token());
                tried++;
                // What it has changed or used up is made anew for the next
                if (outcome(status).equals("allowed") && !row.method().equals("GET")) {
                    request = request(row, tenants);
                }
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
        for (RoutePermission row : RoutePermissions.ROWS.stream()
                .filter(RoutePermission::consumesItsCaller)
                .toList()) {
            assertThat(outcome(status(request(row, tenants), tenants.freshSession())))
                    .as(row.route())
                    .isEqualTo("allowed");
            assertThat(outcome(status(request(row, tenants), tenants.token("owner's token, read and write"))))
                    .as(row.route())
                    .isEqualTo("403");
            assertThat(outcome(status(request(row, tenants), Api.TOKEN)))
                    .as(row.route())
                    .isEqualTo("403");
        }
    }

    /** What the rules say, spelt out independently of the service's code. */
    private static String expected(RoutePermission row, Credential credential) {
        if (row.need() == RoutePermission.Need.OPEN && credential.kind() == Credential.Kind.NONE) {
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

    private static String owned(RoutePermission row, Credential credential) {
        return !row.namesSomething() || credential.owner() ? "allowed" : "404";
    }

    private static String reached(RoutePermission row, Credential credential) {
        return !row.namesSomething() || credential.reachesTheCollection() ? "allowed" : "404";
    }

    private static String outcome(int status) {
        return switch (status) {
            case 401, 403, 404 -> String.valueOf(status);
            default -> status < 500 ? "allowed" : "failed";
        };
    }

    /** A request, without a credential yet, that may be sent until it has been allowed to change something. */
    private HttpRequest.Builder request(RoutePermission row, Tenants tenants) {
        String path = tenants.fill(row.path());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofSeconds(20));
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
        return request;
    }

    private int status(HttpRequest.Builder prepared, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = prepared.copy();
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
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
