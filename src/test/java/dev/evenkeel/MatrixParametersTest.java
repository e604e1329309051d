package dev.evenkeel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.RawHttp;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A path with matrix parameters is for whom the path without them is for, and for nobody else. */
@QuarkusTest
class MatrixParametersTest {
    private static final List<String> REQUESTS = List.of(
            "GET /",
            "POST /query {\"text\":\"okapi\"}",
            "GET /documents",
            "GET /documents/integrity",
            "DELETE /document/nothing.md",
            "POST /indexing/resume",
            "GET /api/maintenance/find-duplicate-chunks",
            "GET /api/security/quarantine",
            "POST /api/security/quarantine/purge {\"dry_run\":true}",
            "GET /api/v1/documents",
            "GET /api/v1/users",
            "GET /api/v1/operations/lanes",
            "POST /api/v1/collections {\"name\":\"\"}",
            "POST /api/v1/auth/logout",
            "POST /mcp {}");

    @Inject
    Database database;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI service;

    private int status(String method, String path, String body, String token) throws IOException {
        List<String> head = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Accept: */*"));
        if (!token.isEmpty()) {
            head.add("Authorization: Bearer " + token);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            head.add("Content-Type: application/json");
        }
        head.add("Content-Length: " + bytes.length);
        return RawHttp.send(service, head, bytes).status();
    }

    /** The path with parameters behind each of its segments in turn, and behind all of them. */
    private static List<String> variants(String path) {
        List<String> variants = new ArrayList<>();
        for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
            variants.add(path.substring(0, end) + ";x=1" + path.substring(end));
        }
        variants.add(path + ";x=1");
        variants.add(path + ";");
        variants.add(path + "%3Bx=1");
        variants.add(path.replaceAll("(?<=[^/])(?=/|$)", ";a;b=c"));
        return variants;
    }

    @Test
    void theyOpenNoDoor() throws IOException {
        // Given
        Tenants tenants = new Tenants(database);
        List<String> callers = List.of(
                "",
                "wrong",
                tenants.token("stranger's token"),
                tenants.token("owner's token, read"),
                tenants.token("collection token, read"),
                Api.TOKEN);
        List<String> different = new ArrayList<>();
        int passed = 0;
        for (String wanted : REQUESTS) {
            String[] parts = wanted.split(" ", 3);
            String body = parts.length > 2 ? parts[2] : "";
            for (String caller : callers) {
                int plain = status(parts[0], parts[1], body, caller);
                for (String variant : variants(parts[1])) {
                    // When
                    int status = status(parts[0], variant, body, caller);
                    // Then it is the same resource for the same caller, or none
                    boolean none = status == 404 && plain != 401;
                    if (status != plain && !none) {
                        different.add(parts[0] + " " + variant + " as " + caller + ": " + status + ", not " + plain);
                    }
                    passed += status == plain ? 1 : 0;
                }
            }
        }
        assertThat(different).isEmpty();
        assertThat(passed).as("requests that met a resource").isGreaterThan(200);
    }

    @Test
    void whatIsOpenToAllIsOpenWithoutThem() throws IOException {
        String body = "{\"username\":\"nobody\",\"password\":\"wrong wrong wrong\"}";
        assertThat(status("POST", "/api/v1/auth/login", body, "")).isEqualTo(401);
        assertThat(status("POST", "/api/v1/auth/login;x=1", body, "")).isEqualTo(401);
        assertThat(status("GET", "/health", "", "")).isEqualTo(200);
        assertThat(status("GET", "/health;x=1", "", "")).isEqualTo(401);
    }
}
