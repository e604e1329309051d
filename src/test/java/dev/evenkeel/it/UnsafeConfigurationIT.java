package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.embedded.PostgresServer;
import dev.evenkeel.testing.RawHttp;
import dev.evenkeel.testing.ServerSettings;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A configuration that would be unsafe is refused, with the key that has to change. */
@Execution(ExecutionMode.CONCURRENT)
class UnsafeConfigurationIT {
    @TempDir
    private Path directory = Path.of(".");

    @Test
    void isRefusedByItsKeysAndLeavesNoServerBehind() throws Exception {
        // Given open access on every interface, and a token that is too short
        try (ServiceProcess service = ServiceProcess.in(directory)
                .with("EVENKEEL_ACCESS_MODE", "local")
                .with("QUARKUS_HTTP_HOST", "0.0.0.0")
                .with("EVENKEEL_ACCESS_BOOTSTRAP_TOKEN", "short")
                .start()) {
            // Then the service does not start, and names each key
            assertThat(service.awaitExit()).isEqualTo(1);
            assertThat(service.log())
                    .contains("evenkeel.access.mode=local needs quarkus.http.host=127.0.0.1, not 0.0.0.0")
                    .contains("evenkeel.access.bootstrap-token needs at least 32 characters");
        }
        // And the database that it had started is stopped
        assertThat(new Postmaster(directory.resolve("data")).process()).isEmpty();
    }

    @Test
    void openAccessNeverGoesWithAConfiguredDatabase() throws Exception {
        try (PostgresServer database = PostgresServer.start(ServerSettings.empty(directory.resolve("database")));
                ServiceProcess service = ServiceProcess.in(directory)
                        .on(database)
                        .with("EVENKEEL_ACCESS_MODE", "local")
                        .start()) {
            assertThat(service.awaitExit()).isEqualTo(1);
            assertThat(service.log())
                    .contains("evenkeel.access.mode=local cannot be used with a configured database")
                    .contains("quarkus.datasource.reactive.url");
        }
    }

    @Test
    void aConfiguredDatabaseNeedsTheKeyOfSessions() throws Exception {
        try (PostgresServer database = PostgresServer.start(ServerSettings.empty(directory.resolve("database")));
                ServiceProcess service = ServiceProcess.in(directory)
                        .on(database)
                        .with("EVENKEEL_IDENTITY_KEY_ENCRYPTION_KEY", "")
                        .start()) {
            assertThat(service.awaitExit()).isEqualTo(1);
            assertThat(service.log()).contains("evenkeel.identity.key-encryption-key is needed");
        }
    }

    @Test
    void anIndexThatTheDatabaseDoesNotHaveIsRefusedByItsKey() throws Exception {
        // Given the embedded server, which has no pgvector
        try (ServiceProcess service = ServiceProcess.in(directory)
                .with("EVENKEEL_SEARCH_VECTOR_INDEX_KIND", "pgvector")
                .start()) {
            assertThat(service.awaitExit()).isEqualTo(1);
            assertThat(service.log())
                    .contains("evenkeel.search.vector.index.kind=pgvector cannot be used")
                    .contains("create extension vector");
        }
    }

    @Test
    void openAccessOnLoopbackNeedsNoTokenButTheRightHostAndOpensNoFolder() throws Exception {
        try (ServiceProcess service = ServiceProcess.in(directory)
                .with("EVENKEEL_ACCESS_MODE", "local")
                .startReady()) {
            // A request without a token is the local user's
            assertThat(service.send(HttpRequest.newBuilder(service.api("/api/v1/jobs")))
                            .statusCode())
                    .isEqualTo(200);
            // A page that was rebound to this machine is not
            assertThat(RawHttp.send(
                                    service.api("/"),
                                    List.of("GET /api/v1/jobs HTTP/1.1", "Host: evil.example"),
                                    new byte[0])
                            .status())
                    .isEqualTo(401);
            // A wrong token stays a wrong token
            assertThat(service.send(service.request("/api/v1/jobs").setHeader("Authorization", "Bearer wrong"))
                            .statusCode())
                    .isEqualTo(401);
            // And without an allowed root there are no folders
            String collection = new JsonObject(service.post("/api/v1/collections", new JsonObject().put("name", "kb"))
                            .body())
                    .getString("id");
            var refused = service.post(
                    "/api/v1/collections/" + collection + "/folders",
                    new JsonObject().put("path", directory.toString()));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
            assertThat(refused.body()).contains("evenkeel.knowledge.folders.allowed-roots");
        }
    }
}
