package dev.evenkeel.identity;

import static dev.evenkeel.identity.IdentityApi.AUTH;
import static dev.evenkeel.identity.IdentityApi.ME;
import static dev.evenkeel.identity.IdentityApi.PASSWORD;
import static dev.evenkeel.identity.IdentityApi.installation;
import static dev.evenkeel.identity.IdentityApi.login;
import static dev.evenkeel.identity.IdentityApi.newName;
import static dev.evenkeel.identity.IdentityApi.newSession;
import static dev.evenkeel.identity.IdentityApi.ok;
import static dev.evenkeel.identity.IdentityApi.problem;
import static dev.evenkeel.identity.IdentityApi.register;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi.Session;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Closed registration, and a limit that is reached quickly. */
@QuarkusTest
@TestProfile(ClosedInstallation.class)
class ClosedInstallationTest {
    @Test
    void administratorsMakeTheAccounts() {
        // Given
        String name = newName();
        Map<String, String> wanted = Map.of("username", name, "email", name + "@example.org", "password", PASSWORD);
        // Then
        problem(register(name, name + "@example.org", PASSWORD), 403);
        problem(newSession().request().body(wanted).post(AUTH + "/register"), 403);
        ok(installation().body(wanted).post(AUTH + "/register"));
        ok(login(name, PASSWORD));
    }

    @Test
    void theApiOfAPredecessorIsClosedUnlessItIsSwitchedOn() {
        Session session = newSession();
        for (String path : List.of("/", "/document/a.md", "/api/security/quarantine")) {
            Response answer = session.request().get(path);
            assertThat(problem(answer, 404).getString("type")).isEqualTo("urn:evenkeel:problem:module-disabled");
        }
        ok(session.request().get("/api/v1/documents"));
    }

    @Test
    void norDoMatrixParametersOpenIt() {
        Session session = newSession();
        for (String path :
                List.of("/documents;x=1", "/;x", "/api;x=1/security/quarantine", "/api/security;x/rejected")) {
            Response answer = session.request().urlEncodingEnabled(false).get(path);
            assertThat(problem(answer, 404).getString("type")).isEqualTo("urn:evenkeel:problem:module-disabled");
        }
    }

    @Test
    void oneCallerAsksOnlySoMuchInASecond() {
        // Given
        Session session = newSession();
        // When
        List<Response> answers = new ArrayList<>();
        for (int i = 0;
                i < 200 * ClosedInstallation.REQUESTS && answers.stream().noneMatch(a -> a.statusCode() == 429);
                i++) {
            answers.add(session.request().get(ME));
        }
        // Then
        Response last = answers.get(answers.size() - 1);
        problem(last, 429);
        assertThat(answers).hasSizeGreaterThan(ClosedInstallation.REQUESTS);
        assertThat(last.header("Retry-After")).isEqualTo("1");
        assertThat(last.headers().getValues("RateLimit-Policy")).anyMatch(policy -> policy.contains("\"caller\";q=5"));
    }
}
