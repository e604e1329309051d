package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.embedded.PostgresServer;
import dev.evenkeel.testing.ServerSettings;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that start at the same moment on an empty database. */
class ThreeReplicasIT {
    private static final int REPLICAS = 3;
    private static final Pattern TOKEN_LINE = Pattern.compile("shown this once: (\\S+)");

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void oneMigratesAndAllBecomeReady() throws Exception {
        List<ServiceProcess> replicas = new ArrayList<>();
        try (PostgresServer database = PostgresServer.start(ServerSettings.empty(directory.resolve("database")))) {
            try {
                // Given three replicas of two kinds that start together, none of which knows a token
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.add(ServiceProcess.in(directory.resolve("replica-" + i))
                            .on(database)
                            .with("EVENKEEL_ROLE", i == 0 ? "worker" : "all")
                            .with("EVENKEEL_ACCESS_BOOTSTRAP_TOKEN", "")
                            .start());
                }
                // Then all become ready
                replicas.forEach(ServiceProcess::awaitReady);
                // And one migrated
                assertThat(replicas.stream().filter(replica -> replica.log().contains("Successfully applied")))
                        .hasSize(1);
                // And one made the token, that is good on the others
                List<String> tokens = replicas.stream()
                        .map(replica -> TOKEN_LINE.matcher(replica.log()))
                        .filter(Matcher::find)
                        .map(found -> found.group(1))
                        .toList();
                assertThat(tokens).hasSize(1);
                for (ServiceProcess replica : replicas.subList(1, REPLICAS)) {
                    assertThat(status(replica, "/api/v1/jobs", tokens.get(0))).isEqualTo(200);
                    assertThat(status(replica, "/api/v1/jobs", tokens.get(0) + "x"))
                            .isEqualTo(401);
                }
                // And the worker serves no API
                assertThat(status(replicas.get(0), "/api/v1/jobs", tokens.get(0)))
                        .isEqualTo(404);
                // And what one stores, the other finds at once
                assertThat(collections(replicas.get(2), tokens.get(0))).isZero();
                assertThat(create(replicas.get(1), tokens.get(0))).isEqualTo(201);
                assertThat(collections(replicas.get(2), tokens.get(0))).isEqualTo(1);
                for (ServiceProcess replica : replicas) {
                    replica.stop();
                    replica.wasCalm();
                }
            } finally {
                for (ServiceProcess replica : replicas) {
                    replica.close();
                }
            }
        }
    }

    private static int status(ServiceProcess replica, String path, String token) {
        return replica.send(replica.request(path).setHeader("Authorization", "Bearer " + token))
                .statusCode();
    }

    private static int create(ServiceProcess replica, String token) {
        return replica.send(replica.request("/api/v1/collections")
                        .setHeader("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"name\":\"shared\"}")))
                .statusCode();
    }

    private static int collections(ServiceProcess replica, String token) {
        String body = replica.send(replica.request("/api/v1/collections").setHeader("Authorization", "Bearer " + token))
                .body();
        return new JsonObject(body).getJsonArray("items").size();
    }
}
