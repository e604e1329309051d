package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** An agent with a token, that speaks JSON-RPC over plain HTTP. */
final class Mcp {
    static final String PATH = "/mcp";
    static final String ACCEPT = "application/json, text/event-stream";
    static final Mcp ADMINISTRATOR = new Mcp(Api.TOKEN);

    private static final Pattern INSIDE = Pattern.compile("(?i)exception|\\bat [\\w.]+\\(|java\\.|io\\.vertx|hibernate"
            + "|jakarta|dev\\.evenkeel|sqlstate|\\bselect\\b.+\\bfrom\\b|insert into|constraint \"");

    private final String token;

    Mcp(String token) {
        this.token = token;
    }

    RequestSpecification request() {
        return RestAssured.given()
                .header("Authorization", "Bearer " + token)
                .header("Accept", ACCEPT)
                .contentType(ContentType.JSON);
    }

    Response send(Object message) {
        return request().body(message).post(PATH);
    }

    /** The answer to a request, whatever it is. */
    JsonPath ask(String method, Map<String, ?> parameters) {
        Map<String, Object> message = new HashMap<>();
        message.put("jsonrpc", "2.0");
        message.put("id", "request-1");
        message.put("method", method);
        message.put("params", parameters);
        Response answer = send(message);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(INSIDE.matcher(answer.asString()).find())
                .as("shows its inside: " + answer.asString())
                .isFalse();
        assertThat(Json.of(answer).getString("id")).isEqualTo("request-1");
        return Json.of(answer);
    }

    JsonPath toolCall(String tool, Map<String, ?> arguments) {
        return ask("tools/call", Map.of("name", tool, "arguments", arguments));
    }

    /** The structured answer of a tool that must succeed. */
    JsonPath call(String tool, Map<String, ?> arguments) {
        JsonPath answer = toolCall(tool, arguments);
        assertThat(answer.getString("error")).as(answer.prettify()).isNull();
        assertThat(answer.getBoolean("result.isError")).as(answer.prettify()).isFalse();
        assertThat(new JsonPath(answer.getString("result.content[0].text")).getMap("$"))
                .as("the text repeats the structure")
                .isEqualTo(answer.getMap("result.structuredContent"));
        return answer.setRootPath("result.structuredContent");
    }

    /** What a tool that must fail says. */
    String failure(String tool, Map<String, ?> arguments) {
        JsonPath answer = toolCall(tool, arguments);
        assertThat(answer.getString("error")).as(answer.prettify()).isNull();
        assertThat(answer.getBoolean("result.isError")).as(answer.prettify()).isTrue();
        return answer.getString("result.content[0].text");
    }

    /** The code of the error that a request must end in. */
    int errorCode(String method, Map<String, ?> parameters) {
        JsonPath answer = ask(method, parameters);
        assertThat(answer.getMap("error")).as(answer.prettify()).isNotNull();
        return answer.getInt("error.code");
    }

    List<String> toolNames() {
        return ask("tools/list", Map.of()).getList("result.tools.name", String.class);
    }

    UUID newCollection() {
        return id(call("create_collection", Map.of("name", "test " + UUID.randomUUID())), "id");
    }

    UUID store(UUID collection, String content) {
        return id(call("store_document", Map.of("content", content, "collection_id", collection)), "id");
    }

    static UUID id(JsonPath answer, String path) {
        return UUID.fromString(answer.getString(path));
    }
}
