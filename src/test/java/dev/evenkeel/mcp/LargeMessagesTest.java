package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large messages are parsed by workers, and mean the same as small ones. */
@QuarkusTest
class LargeMessagesTest {
    private static final Mcp AGENT = Mcp.ADMINISTRATOR;
    private static final int MANY = 90;

    @Test
    void smallMessagesStayOnTheEventLoopAndLargeOnesDoNot() {
        // When
        Response small = AGENT.send(ping(1_000));
        Response large = AGENT.send(ping(200_000));

        // Then
        assertThat(Json.of(small).getMap("result")).isEmpty();
        assertThat(Json.of(large).getMap("result")).isEmpty();
        assertThat(MessageWitness.isEventLoop(small.header(MessageWitness.THREAD)))
                .isTrue();
        assertThat(large.header(MessageWitness.THREAD)).startsWith("evenkeel-mcp-messages");
    }

    @Test
    void aLargeTextIsStoredWithTheRightsOfItsCaller() {
        // Given
        UUID collection = AGENT.newCollection();
        String content = "A wombat digs. ".repeat(50_000);

        // When
        UUID document = AGENT.store(collection, content);

        // Then
        assertThat(AGENT.call("list_documents", Map.of("collection_id", collection))
                        .getList("documents.id"))
                .containsExactly(document.toString());
        assertThat(new Mcp("ek_pat_unknown")
                        .send(Map.of("jsonrpc", "2.0", "id", 1, "method", "ping", "params", filled(900_000)))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[", "{\"method\":5,\"x\":\"", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"x\":\""
            })
    void aLargeMalformedMessageIsABadRequest(String start) {
        // When
        String end = start.endsWith("\"") ? "\"}" : "";
        Response answer =
                AGENT.request().body(start + " ".repeat(200_000) + end).post(Mcp.PATH);

        // Then
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
        assertThat(answer.contentType()).startsWith("application/problem+json");
    }

    @Test
    void manyAtOnceAreAnsweredOrToldToComeAgain() {
        // When
        List<Response> answers = Concurrently.all(MANY, client -> AGENT.send(ping(200_000)));

        // Then
        assertThat(answers).hasSize(MANY).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isIn(200, 503);
            if (answer.statusCode() == 503) {
                assertThat(answer.header("Retry-After")).isEqualTo("1");
            }
        });
        assertThat(answers.stream().filter(answer -> answer.statusCode() == 200))
                .isNotEmpty();
        // And none of them has kept its place
        List<Integer> again =
                Concurrently.all(4, client -> AGENT.send(ping(200_000)).statusCode());
        assertThat(again).containsOnly(200);
    }

    private static Map<String, Object> ping(int bytes) {
        return Map.of("jsonrpc", "2.0", "id", 1, "method", "ping", "params", filled(bytes));
    }

    private static Map<String, Object> filled(int bytes) {
        return Map.of("filler", "x".repeat(bytes));
    }
}
