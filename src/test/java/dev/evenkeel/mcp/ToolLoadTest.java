package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tools cost no more than the routes of REST, and clients that leave take nothing with them. */
@QuarkusTest
class ToolLoadTest {
    private static final Mcp AGENT = Mcp.ADMINISTRATOR;

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI service;

    @Test
    void aListTakesOneStatementWhateverItsLength() {
        // Given
        UUID collection = AGENT.newCollection();
        IntStream.range(0, 30).forEach(i -> AGENT.store(collection, "document number " + i));
        IntStream.range(0, 30).forEach(i -> AGENT.newCollection());

        // Then
        for (int limit : new int[] {1, 30}) {
            assertThat(statements("list_documents", Map.of("collection_id", collection, "limit", limit)))
                    .isEqualTo(1);
            assertThat(statements("list_collections", Map.of("limit", limit))).isEqualTo(1);
        }
        assertThat(statements("get_knowledge_stats", Map.of())).isEqualTo(1);
        assertThat(statements("job_list", Map.of("limit", 1))).isEqualTo(statements("job_list", Map.of("limit", 30)));
    }

    private static long statements(String tool, Map<String, ?> arguments) {
        return StatementCounter.during(() -> AGENT.call(tool, arguments));
    }

    @Test
    void clientsThatLeaveTakeNoConnectionWithThem() {
        // Given
        UUID collection = AGENT.newCollection();
        AGENT.store(collection, "an echidna rests");

        // When many leave before they are answered
        Concurrently.all(20, client -> {
            for (int i = 0; i < 10; i++) {
                sendAndLeave();
            }
            return client;
        });

        // Then all permits come back, and everything works
        Eventually.holds(
                Duration.ofSeconds(20),
                () -> assertThat(Api.given()
                                .get("/api/v1/operations/lanes")
                                .jsonPath()
                                .getList("lanes.findAll { it.lane != 'bulk' }.active", Integer.class))
                        .allMatch(active -> active == 0));
        assertThat(AGENT.call("search_documents", Map.of("query", "echidna", "collection_id", collection))
                        .getInt("total_results"))
                .isEqualTo(1);
    }

    private void sendAndLeave() {
        byte[] body = ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                        + "{\"name\":\"search_documents\",\"arguments\":{\"query\":\"echidna\"}}}")
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Api.TOKEN + "\r\nAccept: "
                + Mcp.ACCEPT + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
        } catch (java.io.IOException e) {
            throw new AssertionError("The service was not reached", e);
        }
    }
}
