package dev.evenkeel.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More sign-ins at once than can be served: some wait for their turn, the rest is told at once to come again. */
@QuarkusTest
@TestProfile(ClosedInstallation.class)
class SignInQueueTest {
    private static final int CROWD = 60;

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI service;

    @Test
    void whoCannotBeServedInTimeIsToldAtOnce() {
        // Given a measure of how long a hash takes
        IdentityApi.Person person = IdentityApi.person();
        IdentityApi.signIn(person);

        // When a crowd signs in
        List<Response> answers =
                Concurrently.all(CROWD, client -> IdentityApi.login(person.username(), IdentityApi.PASSWORD));

        // Then
        List<Response> refused =
                answers.stream().filter(answer -> answer.statusCode() == 503).toList();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isIn(200, 503));
        assertThat(answers.size() - refused.size()).isPositive();
        assertThat(refused).isNotEmpty().allSatisfy(answer -> {
            IdentityApi.problem(answer, 503);
            assertThat(answer.header("Retry-After")).matches("[1-9]\\d*");
        });
        assertThat(refused.stream().mapToLong(Response::time).min().orElseThrow())
                .isLessThan(2_000);
        // And whoever comes later is served
        assertThat(IdentityApi.login(person.username(), IdentityApi.PASSWORD).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whoLeavesGivesUpTheirPlace() throws IOException {
        // Given
        IdentityApi.Person person = IdentityApi.person();

        // When many ask and hang up, while they wait or later
        for (int i = 0; i < CROWD; i++) {
            try (Socket socket = new Socket(service.getHost(), service.getPort())) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream().write(request(person.username()));
                socket.getOutputStream().flush();
            }
        }

        // Then there is room for those who stay
        for (int i = 0; i < 6; i++) {
            Response answer = Concurrently.patiently(() -> IdentityApi.login(person.username(), IdentityApi.PASSWORD));
            assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        }
    }

    private static byte[] request(String username) {
        String body = "{\"username\":\"" + username + "\",\"password\":\"" + IdentityApi.PASSWORD + "\"}";
        return ("POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
