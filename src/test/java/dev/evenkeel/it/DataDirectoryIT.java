package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One service owns a data directory, and what is in it outlives the service. */
class DataDirectoryIT {
    @TempDir
    private Path directory = Path.of(".");

    @Test
    void belongsToOneServiceAndOutlivesIt() throws Exception {
        Path data = directory.resolve("data");
        Postmaster postmaster = new Postmaster(data);
        ServiceProcess first = ServiceProcess.in(directory).startReady();
        try (first) {
            assertThat(first.post("/api/v1/collections", new JsonObject().put("name", "kept"))
                            .statusCode())
                    .isEqualTo(201);
            // When a second service wants the directory
            try (ServiceProcess second = ServiceProcess.in(directory).start()) {
                // Then it ends, and says who has it and what to do
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.log())
                        .contains("Another Evenkeel is using the data directory " + data.toRealPath())
                        .contains("evenkeel.embedded-postgres.data-directory");
            }
            // And the first is not disturbed
            assertThat(first.get("/api/v1/collections").body()).contains("kept");
            // When its database is killed
            long killed = postmaster.pid();
            postmaster.kill();
            // Then it brings it back by itself, and lives meanwhile
            Eventually.holds(Duration.ofSeconds(30), () -> {
                assertThat(first.probe("live")).isEqualTo(200);
                assertThat(postmaster.pid()).isNotEqualTo(killed);
                assertThat(first.get("/api/v1/collections").body()).contains("kept");
            });
            first.wasNeverBlocked();
            // When the service itself is killed
            first.kill();
        }
        long orphan = postmaster.pid();
        // Then the next one goes on with the database that runs
        try (ServiceProcess next = ServiceProcess.in(directory).startReady()) {
            assertThat(next.log()).contains("Adopted the running embedded PostgreSQL");
            assertThat(postmaster.pid()).isEqualTo(orphan);
            assertThat(next.get("/api/v1/collections").body()).contains("kept");
            // And stops it when it stops
            next.stop();
            assertThat(postmaster.process()).isEmpty();
            next.wasCalm();
        }
    }
}
