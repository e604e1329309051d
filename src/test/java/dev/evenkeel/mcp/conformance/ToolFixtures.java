package dev.evenkeel.mcp.conformance;

import io.quarkiverse.mcp.server.AudioContent;
import io.quarkiverse.mcp.server.Content;
import io.quarkiverse.mcp.server.EmbeddedResource;
import io.quarkiverse.mcp.server.ImageContent;
import io.quarkiverse.mcp.server.McpLog;
import io.quarkiverse.mcp.server.SamplingMessage;
import io.quarkiverse.mcp.server.TextContent;
import io.quarkiverse.mcp.server.TextResourceContents;
import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolManager.ToolArguments;
import io.quarkiverse.mcp.server.ToolManager.ToolDefinition;
import io.quarkiverse.mcp.server.ToolResponse;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Tools of the suite: each kind of content, messages while a tool works, a failure, a question to the client's model. */
@Singleton
public class ToolFixtures {
    private static final Duration STEP = Duration.ofMillis(50);
    private static final long TOTAL = 100;

    private final ToolManager tools;

    ToolFixtures(ToolManager tools) {
        this.tools = tools;
    }

    void register() {
        content();
        tool("test_tool_with_logging", "Sends three log messages.", ToolFixtures::log);
        tool("test_tool_with_progress", "Reports its progress.", ToolFixtures::progress);
        tool(
                "test_error_handling",
                "Always fails.",
                arguments -> Uni.createFrom()
                        .failure(new ToolCallException("This tool intentionally returns an error for testing")));
        // It ends its stream of events when it has answered; that it cannot be left and resumed is known.
        tool("test_reconnection", "Answers after an event.", ToolFixtures::log);
        definition("test_sampling", "Asks the client's model.", ToolFixtures::sample)
                .addArgument("prompt", "The prompt.", true, String.class)
                .register();
        definition("json_schema_2020_12_tool", "Has a schema with definitions.", ToolFixtures::log)
                .setInputSchema(schemaWithDefinitions())
                .register();
    }

    private void content() {
        Content image = new ImageContent(Samples.PNG, "image/png");
        answering("test_simple_text", new TextContent("This is a simple text response for testing."));
        answering("test_image_content", image);
        answering("test_audio_content", new AudioContent(Samples.WAV, "audio/wav"));
        answering(
                "test_embedded_resource",
                resource("test://embedded-resource", "text/plain", "This is an embedded resource content."));
        answering(
                "test_multiple_content_types",
                new TextContent("Multiple content types test:"),
                image,
                resource("test://mixed-content-resource", "application/json", "{\"test\":\"data\",\"value\":123}"));
    }

    static EmbeddedResource resource(String uri, String type, String text) {
        return new EmbeddedResource(new TextResourceContents(uri, text, type));
    }

    private void answering(String name, Content... content) {
        tool(name, "Answers the same always.", arguments -> Uni.createFrom().item(ToolResponse.success(content)));
    }

    private void tool(String name, String description, Function<ToolArguments, Uni<ToolResponse>> handler) {
        definition(name, description, handler).register();
    }

    private ToolDefinition definition(
            String name, String description, Function<ToolArguments, Uni<ToolResponse>> handler) {
        return tools.newTool(name).setDescription(description).setAsyncHandler(handler);
    }

    private static Uni<ToolResponse> log(ToolArguments arguments) {
        McpLog log = arguments.log();
        log.info("Tool execution started");
        return pause().invoke(() -> log.info("Tool processing data"))
                .chain(ToolFixtures::pause)
                .invoke(() -> log.info("Tool execution completed"))
                .replaceWith(() -> ToolResponse.success("Three messages were sent."));
    }

    private static Uni<ToolResponse> progress(ToolArguments arguments) {
        return report(arguments, 0)
                .chain(ToolFixtures::pause)
                .chain(() -> report(arguments, TOTAL / 2))
                .chain(ToolFixtures::pause)
                .chain(() -> report(arguments, TOTAL))
                .replaceWith(() -> ToolResponse.success("All is done."));
    }

    private static Uni<Void> report(ToolArguments arguments, long done) {
        return arguments.progress().token().isEmpty()
                ? Uni.createFrom().voidItem()
                : arguments
                        .progress()
                        .notificationBuilder()
                        .setProgress(done)
                        .setTotal(TOTAL)
                        .build()
                        .send();
    }

    private static Uni<ToolResponse> sample(ToolArguments arguments) {
        if (!arguments.sampling().isSupported()) {
            return Uni.createFrom().failure(new ToolCallException("This client has no model to ask."));
        }
        return arguments
                .sampling()
                .requestBuilder()
                .addMessage(SamplingMessage.withUserRole(
                        String.valueOf(arguments.args().get("prompt"))))
                .setMaxTokens(TOTAL)
                .build()
                .send()
                .map(answer -> ToolResponse.success(
                        "LLM response: " + answer.content().asText().text()));
    }

    private static Uni<Void> pause() {
        return Uni.createFrom().voidItem().onItem().delayIt().by(STEP);
    }

    private static Map<String, Object> schemaWithDefinitions() {
        return new JsonObject("""
                {
                  "$schema": "https://json-schema.org/draft/2020-12/schema",
                  "type": "object",
                  "$defs": {
                    "address": {
                      "type": "object",
                      "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
                    }
                  },
                  "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
                  "additionalProperties": false
                }""").getMap();
    }
}
