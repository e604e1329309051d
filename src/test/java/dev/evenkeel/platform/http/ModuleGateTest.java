package dev.evenkeel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.ReplicaConfig;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules that are switched off, and replicas that serve no API, say so. */
class ModuleGateTest {
    private static final List<ModuleRoutes> MODULES = List.of(
            new Module("memory", Set.of("entries"), Set.of()),
            new Module("knowledge", Set.of("documents", "search"), Set.of()),
            new Module("mcp", Set.of(), Set.of("mcp")));

    private record Module(String module, Set<String> segments, Set<String> roots) implements ModuleRoutes {}

    private record Replica(Role role, Set<String> modules) implements ReplicaConfig {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/documents",
                "/api/v1/documents/17/chunks?limit=3",
                "/api/v1/documents;a=b/17",
                "/api;a=b/v1/documents",
                "/api/v1;a/search",
                "/api;/v1;/search;",
                "/api/v1/search",
                "/api/v1/../v1/search",
                "/api/v1/%73earch"
            })
    void aModuleThatIsOffHasNoRoutes(String path) throws Exception {
        try (FilterServer server = server(ReplicaConfig.Role.ALL, Set.of("memory"))) {
            HttpResponse<String> answer = server.get(path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(answer.body())
                    .contains("urn:evenkeel:problem:module-disabled", "The module knowledge is switched off here.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mcp", "/mcp/sse", "/mcp;a=b", "//mcp", "/x/../mcp", "/%6dcp"})
    void neitherHasOneWithRoutesOutsideOfTheApi(String path) throws Exception {
        try (FilterServer server = server(ReplicaConfig.Role.ALL, Set.of("memory"))) {
            HttpResponse<String> answer = server.get(path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body())
                    .contains("urn:evenkeel:problem:module-disabled", "The module mcp is switched off here.");
        }
        try (FilterServer server = server(ReplicaConfig.Role.WORKER, Set.of("memory", "knowledge", "mcp"))) {
            assertThat(server.get(path).body()).contains("This replica runs jobs and serves no API.");
        }
        try (FilterServer server = server(ReplicaConfig.Role.API, Set.of("mcp"))) {
            assertThat(server.get(path).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/mcpandmore",
                "/api/v1/mcp",
                "/api/v1/entries",
                "/api/v1/jobs",
                "/q/health",
                "/api/v1/documentsandmore"
            })
    void theOthersStayOpen(String path) throws Exception {
        try (FilterServer server = server(ReplicaConfig.Role.ALL, Set.of("memory"))) {
            assertThat(server.get(path).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aWorkerServesProbesButNoApi() throws Exception {
        try (FilterServer server = server(ReplicaConfig.Role.WORKER, Set.of("memory", "knowledge"))) {
            for (String path : List.of("/api/v1/documents", "/api/v1/jobs", "/api/v1/operations/lanes")) {
                HttpResponse<String> answer = server.get(path);
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(answer.body()).contains("This replica runs jobs and serves no API.");
            }
            assertThat(server.get("/q/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anApiReplicaServesEveryModuleThatIsOn() throws Exception {
        try (FilterServer server = server(ReplicaConfig.Role.API, Set.of("memory", "knowledge"))) {
            assertThat(server.get("/api/v1/documents").statusCode()).isEqualTo(200);
            assertThat(server.get("/api/v1/entries").statusCode()).isEqualTo(200);
        }
    }

    private static FilterServer server(ReplicaConfig.Role role, Set<String> modules) throws Exception {
        return new FilterServer(new ModuleGate(new Replica(role, modules), MODULES)::register);
    }
}
