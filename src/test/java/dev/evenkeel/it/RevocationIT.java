package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.embedded.PostgresServer;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.ServerSettings;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one replica has answered to be revoked is refused by all, from the next request on; open streams end soon. */
class RevocationIT {
    private static final int REPLICAS = 3;
    private static final int STREAM_END_S = 20;
    private static final String PASSWORD = "lantern-mosaic-42-harbour";
    private static final String TOKENS = "/api/v1/personal-access-tokens";

    @TempDir
    private Path directory = Path.of(".");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<ServiceProcess> replicas = new ArrayList<>();

    @Test
    void aRevokedCredentialIsRefusedOnEveryReplica() throws Exception {
        try (PostgresServer database = PostgresServer.start(ServerSettings.empty(directory.resolve("database")))) {
            try {
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.add(ServiceProcess.in(directory.resolve("replica-" + i))
                            .on(database)
                            .start());
                }
                replicas.forEach(ServiceProcess::awaitReady);
                credentialsEnd();
            } finally {
                for (ServiceProcess replica : replicas) {
                    replica.close();
                }
            }
        }
    }

    private void credentialsEnd() throws Exception {
        // Given a user with a session and a token, both good everywhere, and a stream on another replica
        String user =
                send("POST", "/api/v1/users", ServiceProcess.TOKEN, account()).getString("id");
        String session = signIn();
        JsonObject token = send("POST", TOKENS, session, new JsonObject().put("label", "first"));
        assertThat(statuses(token.getString("token"))).containsOnly(200);
        CompletableFuture<Long> stream = stream(replicas.get(2), token.getString("token"));

        // When the token gets a new secret, then the old one is dead everywhere, and its stream ends
        String rotated = send("POST", TOKENS + "/" + token.getString("id") + "/rotate", session, new JsonObject())
                .getString("token");
        assertThat(statuses(token.getString("token"))).containsOnly(401);
        assertThat(statuses(rotated)).containsOnly(200);
        stream.get(STREAM_END_S, TimeUnit.SECONDS);

        // When it is revoked
        send("DELETE", TOKENS + "/" + token.getString("id"), session, null);
        assertThat(statuses(rotated)).containsOnly(401);

        // When the user is deactivated, then sessions and tokens are
        String other = send("POST", TOKENS, session, new JsonObject().put("label", "second"))
                .getString("token");
        assertThat(statuses(other)).containsOnly(200);
        send("PATCH", "/api/v1/users/" + user, ServiceProcess.TOKEN, new JsonObject().put("active", false));
        assertThat(statuses(session)).containsOnly(401);
        assertThat(statuses(other)).containsOnly(401);
    }

    private static JsonObject account() {
        return new JsonObject()
                .put("username", "ada")
                .put("email", "ada@example.org")
                .put("password", PASSWORD);
    }

    private String signIn() {
        HttpResponse<String> answer = replicas.get(1)
                .send(HttpRequest.newBuilder(replicas.get(1).api("/api/v1/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(new JsonObject()
                                .put("username", "ada")
                                .put("password", PASSWORD)
                                .encode())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("access_token");
    }

    /** What each replica says to a credential, one right after the other. */
    private List<Integer> statuses(String token) {
        return replicas.stream()
                .map(replica -> replica.send(
                                replica.request("/api/v1/collections").setHeader("Authorization", "Bearer " + token))
                        .statusCode())
                .toList();
    }

    private JsonObject send(
            String method, String path, String token, @org.jspecify.annotations.Nullable JsonObject body) {
        HttpRequest.Builder request = replicas.get(0)
                .request(path)
                .setHeader("Authorization", "Bearer " + token)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        HttpResponse<String> answer = replicas.get(0).send(request);
        assertThat(answer.statusCode() / 100).as(answer.body()).isEqualTo(2);
        return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
    }

    /** Opens a stream and waits until it has begun; completes with the lines that followed, once it has ended. */
    private CompletableFuture<Long> stream(ServiceProcess replica, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(replica.api("/api/v1/jobs/events"))
                .header("Authorization", "Bearer " + token)
                .build();
        InputStream body = http.send(request, BodyHandlers.ofInputStream()).body();
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null && !line.contains("ready")) {
            line = lines.readLine();
        }
        assertThat(line).as("the stream has begun").isNotNull();
        return CompletableFuture.supplyAsync(() -> lines.lines().count(), Concurrently.THREADS);
    }
}
