package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.RawHttp;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol as a client meets it on the wire. */
@QuarkusTest
class ProtocolTest {
    private static final List<String> RAG_KB =
            List.of("query_knowledge_base", "list_indexed_documents", "get_kb_stats");

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Mcp AGENT = Mcp.ADMINISTRATOR;

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI service;

    @Test
    void initializeTellsWhatThisIsAndHowToUseIt() {
        // When
        JsonPath answer = AGENT.ask("initialize", hello());

        // Then
        assertThat(answer.getString("result.protocolVersion")).isEqualTo("2025-11-25");
        assertThat(answer.getString("result.serverInfo.name")).isEqualTo("evenkeel");
        assertThat(answer.getString("result.instructions")).contains("search_documents", "job_status");
        assertThat(answer.getMap("result.capabilities")).containsKeys("tools", "resources", "prompts");
    }

    @Test
    void everyToolIsDescribedWithItsArgumentsAndHints() {
        // When
        JsonPath answer = AGENT.ask("tools/list", Map.of());

        // Then
        assertThat(answer.getList("result.tools.name", String.class))
                .containsExactlyInAnyOrder(
                        "search_documents",
                        "get_knowledge_stats",
                        "store_document",
                        "get_document",
                        "list_documents",
                        "get_document_links",
                        "find_related_documents",
                        "find_similar_documents",
                        "update_document",
                        "delete_document",
                        "move_document",
                        "create_collection",
                        "list_collections",
                        "get_collection",
                        "rename_collection",
                        "delete_collection",
                        "create_collection_access_token",
                        "list_collection_access_tokens",
                        "revoke_collection_access_token",
                        "rotate_collection_access_token",
                        "job_status",
                        "job_list",
                        "job_cancel",
                        "remember",
                        "recall",
                        "search_memory",
                        "forget",
                        "list_memories",
                        "query_knowledge_base",
                        "list_indexed_documents",
                        "get_kb_stats");
        List<Map<String, ?>> tools = answer.getList("result.tools");
        assertThat(tools).allSatisfy(tool -> {
            assertThat((String) tool.get("description")).hasSizeGreaterThan(20);
            // Those of rag-kb answer in its text.
            assertThat(tool.get("outputSchema") != null).isEqualTo(!RAG_KB.contains(String.valueOf(tool.get("name"))));
            assertThat(hints(tool)).containsEntry("openWorldHint", false);
            MAPPER.valueToTree(tool.get("inputSchema"))
                    .path("properties")
                    .fields()
                    .forEachRemaining(argument -> {
                        assertThat(argument.getKey()).matches("[a-z_]+");
                        assertThat(argument.getValue().path("description").asText())
                                .as(argument.getKey())
                                .isNotBlank();
                    });
        });
        Map<String, Object> search = answer.getMap("result.tools.find { it.name == 'search_documents' }.inputSchema");
        assertThat(search).containsEntry("required", List.of("query")).containsEntry("additionalProperties", false);
        JsonNode arguments = MAPPER.valueToTree(search.get("properties"));
        assertThat(arguments.at("/max_results/default").asInt())
                .as(arguments.toPrettyString())
                .isEqualTo(5);
        assertThat(arguments.at("/max_results/maximum").asInt()).isEqualTo(50);
        assertThat(arguments.at("/collection_id/format").asText()).isEqualTo("uuid");
        assertThat(arguments.at("/mode/enum").toString()).isEqualTo("[\"hybrid\",\"keyword\",\"vector\"]");
        assertThat(arguments.at("/query/description").asText()).isNotBlank();
        assertThat(arguments.at("/query/maxLength").asInt()).isEqualTo(20_000);
    }

    @Test
    void anyMessageStandsAlone() {
        // Given a session
        Response hello = AGENT.send(message("initialize", hello()));
        String session = hello.header("Mcp-Session-Id");
        assertThat(session).isNotBlank();

        // Then calls succeed with it, with one of another replica, and without any
        for (String id : new String[] {session, "of-another-replica"}) {
            Response answer = AGENT.request()
                    .header("Mcp-Session-Id", id)
                    .body(message("tools/list", Map.of()))
                    .post(Mcp.PATH);
            assertThat(Json.of(answer).getList("result.tools")).isNotEmpty();
        }
        assertThat(AGENT.toolNames()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"notifications/initialized", "notifications/cancelled", "notifications/unheard_of"})
    void notificationsAreTakenAlsoWhereTheirSessionIsUnknown(String method) {
        for (String session : new @Nullable String[] {"of-another-replica", null}) {
            // When
            var request = AGENT.request();
            if (session != null) {
                request.header("Mcp-Session-Id", session);
            }
            Response answer = request.body(Map.of("jsonrpc", "2.0", "method", method, "params", Map.of("requestId", 1)))
                    .post(Mcp.PATH);
            // Then
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.asString()).isEmpty();
        }
    }

    @Test
    void theNotificationOfAKnownSessionIsTaken() {
        // Given
        String session = AGENT.send(message("initialize", hello())).header("Mcp-Session-Id");
        // When
        Response answer = AGENT.request()
                .header("Mcp-Session-Id", session)
                .body(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"))
                .post(Mcp.PATH);
        // Then
        assertThat(answer.statusCode()).isEqualTo(202);
        // And the session can be ended
        assertThat(AGENT.request()
                        .header("Mcp-Session-Id", session)
                        .delete(Mcp.PATH)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void unknownToolsMethodsAndResourcesAreErrorsOfTheProtocol() {
        assertThat(AGENT.errorCode("tools/call", Map.of("name", "no_such_tool", "arguments", Map.of())))
                .isEqualTo(-32602);
        assertThat(AGENT.errorCode("tools/frobnicate", Map.of())).isEqualTo(-32601);
        assertThat(AGENT.errorCode("resources/read", Map.of("uri", "evenkeel://nothing")))
                .isEqualTo(-32002);
        assertThat(AGENT.errorCode("prompts/get", Map.of("name", "no_such_prompt")))
                .isEqualTo(-32602);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /mcp",
                "GET /mcp",
                "DELETE /mcp",
                "GET /mcp/sse",
                "POST /mcp/messages/1",
                "POST //mcp",
                "POST /x/../mcp",
                "POST /%6dcp",
                "POST /mcp;a=b",
                "PUT /mcp"
            })
    void whoSendsNoTokenOrAWrongOneIsRefusedAtOnce(String line) throws IOException {
        for (String authorization : new @Nullable String[] {null, "Bearer wrong", "Bearer ", "Basic YTpi", "wrong"}) {
            for (String body : new String[] {PING, ""}) {
                // When
                RawHttp.Answer answer = raw(line, authorization, "localhost", null, body);
                // Then
                assertThat(answer.status()).as(line + " " + authorization).isEqualTo(401);
                assertThat(answer.header("Content-Type")).contains("application/problem+json");
                assertThat(answer.header("WWW-Authenticate")).get().asString().startsWith("Bearer");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "[]", "[" + PING + "]", "1", "null", "", "{", "not json", "{\"method\"", "\u0000"})
    void whatIsNoMessageIsABadRequest(String body) throws IOException {
        // When
        RawHttp.Answer answer = raw("POST /mcp", "Bearer " + Api.TOKEN, "localhost", null, body);
        // Then
        problem(answer, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":[]}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":\"x\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":5}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"job_list\",\"arguments\":[]}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"job_list\",\"arguments\":\"\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":5}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":\"x\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":5}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/get\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":5}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"clientInfo\":5}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":5}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"} trailing"
            })
    void aMalformedMessageIsAnsweredAndIsNobodysFaultHere(String body) throws IOException {
        // When
        RawHttp.Answer answer = raw("POST /mcp", "Bearer " + Api.TOKEN, "localhost", null, body);
        // Then
        assertThat(answer.status()).as(answer.body()).isBetween(200, 499);
        assertThat(answer.body()).doesNotContain("Exception", "io.quarkiverse", "java.");
    }

    @Test
    void headersOfTheProtocolAreDemanded() {
        var request = Api.given().contentType("application/json").body(PING);
        assertThat(request.accept("application/json").post(Mcp.PATH).statusCode())
                .isEqualTo(406);
        assertThat(Api.given()
                        .header("Content-Type", "text/plain")
                        .accept(Mcp.ACCEPT)
                        .body(PING)
                        .post(Mcp.PATH)
                        .statusCode())
                .isEqualTo(415);
        assertThat(AGENT.request()
                        .header("MCP-Protocol-Version", "1999-01-01")
                        .body(PING)
                        .post(Mcp.PATH)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aMessageThatIsTooLargeIsRefused() throws IOException {
        // When
        RawHttp.Answer answer =
                raw("POST /mcp", "Bearer " + Api.TOKEN, "localhost", null, PING + " ".repeat(1024 * 1024));
        // Then
        problem(answer, 413);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "localhost, -, 200",
                "localhost:8080, -, 200",
                "127.0.0.1, http://localhost:3000, 200",
                "localhost, http://127.0.0.1, 200",
                "[::1]:80, https://[::1]:9, 200",
                "localhost, http://evil.example, 403",
                "localhost, http://localhost.evil.example, 403",
                "localhost, http://127.0.0.1.evil.example, 403",
                "localhost, null, 403",
                "localhost, file://, 403",
                "localhost, not an origin, 403",
                "evil.example, -, 403",
                "evil.example, http://evil.example, 403",
                "evil.example, http://localhost, 403",
                "localhost.evil.example:8080, -, 403",
                "127.0.0.1.nip.io, -, 403"
            })
    void pagesOfOthersAndReboundNamesAreKeptOut(String host, @Nullable String origin, int status) throws IOException {
        // When
        RawHttp.Answer answer = raw("POST /mcp", "Bearer " + Api.TOKEN, host, origin, PING);
        // Then
        assertThat(answer.status()).isEqualTo(status);
        if (status == 403) {
            problem(answer, 403);
        }
    }

    @Test
    void resourcesAndPromptsAreOffered() {
        assertThat(AGENT.ask("resources/list", Map.of()).getList("result.resources.uri"))
                .containsExactly("evenkeel://collections");
        assertThat(AGENT.ask("resources/templates/list", Map.of()).getList("result.resourceTemplates.uriTemplate"))
                .containsExactly("evenkeel://documents/{id}");
        assertThat(AGENT.ask("prompts/list", Map.of()).getList("result.prompts.name"))
                .containsExactly("answer_from_knowledge");
        JsonPath prompt = AGENT.ask(
                "prompts/get", Map.of("name", "answer_from_knowledge", "arguments", Map.of("question", "Which knot?")));
        assertThat(prompt.getString("result.messages[0].content.text"))
                .contains("search_documents", "Question: Which knot?");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> hints(Map<String, ?> tool) {
        return Objects.requireNonNull((Map<String, Object>) tool.get("annotations"));
    }

    private static Map<String, ?> hello() {
        return Map.of(
                "protocolVersion",
                "2025-11-25",
                "capabilities",
                Map.of(),
                "clientInfo",
                Map.of("name", "t", "version", "1"));
    }

    private static Map<String, ?> message(String method, Map<String, ?> parameters) {
        return Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters);
    }

    private RawHttp.Answer raw(
            String line, @Nullable String authorization, String host, @Nullable String origin, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<String> head = new ArrayList<>(List.of(
                line + " HTTP/1.1",
                "Host: " + host,
                "Accept: " + Mcp.ACCEPT,
                "Content-Type: application/json",
                "Content-Length: " + bytes.length));
        if (authorization != null) {
            head.add("Authorization: " + authorization);
        }
        if (origin != null) {
            head.add("Origin: " + origin);
        }
        return RawHttp.send(service, head, bytes);
    }

    private static void problem(RawHttp.Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(new JsonPath(answer.body()).getInt("status")).isEqualTo(status);
    }

    @Test
    void restIsNotAffectedByTheRulesForOrigins() {
        assertThat(RestAssured.given()
                        .header("Origin", "http://evil.example")
                        .get("/health")
                        .statusCode())
                .isEqualTo(200);
    }
}
