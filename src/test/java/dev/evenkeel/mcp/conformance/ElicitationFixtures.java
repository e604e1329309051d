package dev.evenkeel.mcp.conformance;

import io.quarkiverse.mcp.server.ElicitationRequest;
import io.quarkiverse.mcp.server.ElicitationRequest.BooleanSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.EnumSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.IntegerSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.MultiSelectEnumSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.NumberSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.SingleSelectEnumSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.StringSchema;
import io.quarkiverse.mcp.server.ElicitationResponse;
import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolManager.ToolArguments;
import io.quarkiverse.mcp.server.ToolResponse;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Tools of the suite that ask the client's user. */
@Singleton
public class ElicitationFixtures {
    private static final List<String> OPTIONS = List.of("option1", "option2", "option3");
    private static final List<String> VALUES = List.of("value1", "value2", "value3");

    private final ToolManager tools;

    ElicitationFixtures(ToolManager tools) {
        this.tools = tools;
    }

    void register() {
        tools.newTool("test_elicitation")
                .setDescription("Asks who the user is.")
                .addArgument("message", "What to ask.", true, String.class)
                .setAsyncHandler(arguments -> ask(
                        arguments,
                        String.valueOf(arguments.args().get("message")),
                        ElicitationFixtures::person,
                        "User response: "))
                .register();
        tools.newTool("test_elicitation_sep1034_defaults")
                .setDescription("Asks with defaults.")
                .setAsyncHandler(arguments ->
                        ask(arguments, "Keep the defaults?", ElicitationFixtures::defaults, "Elicitation completed: "))
                .register();
        tools.newTool("test_elicitation_sep1330_enums")
                .setDescription("Asks for a choice.")
                .setAsyncHandler(arguments ->
                        ask(arguments, "Which ones?", ElicitationFixtures::choices, "Elicitation completed: "))
                .register();
    }

    private static Uni<ToolResponse> ask(
            ToolArguments arguments, String message, UnaryOperator<ElicitationRequest.Builder> form, String before) {
        if (!arguments.elicitation().isFormModeSupported()) {
            return Uni.createFrom().failure(new ToolCallException("This client cannot ask its user."));
        }
        return form.apply(arguments.elicitation().requestBuilder().setMessage(message))
                .build()
                .send()
                .map(answer -> ToolResponse.success(before + told(answer)));
    }

    private static String told(ElicitationResponse answer) {
        return "action=" + answer.action().name().toLowerCase(Locale.ROOT) + ", content="
                + new JsonObject(answer.content().asMap()).encode();
    }

    private static ElicitationRequest.Builder person(ElicitationRequest.Builder form) {
        return form.addSchemaProperty(
                        "username",
                        StringSchema.builder()
                                .setDescription("User's response")
                                .setRequired(true)
                                .build())
                .addSchemaProperty(
                        "email",
                        StringSchema.builder()
                                .setDescription("User's email address")
                                .setRequired(true)
                                .build());
    }

    private static ElicitationRequest.Builder defaults(ElicitationRequest.Builder form) {
        return form.addSchemaProperty("name", new StringSchema("John Doe"))
                .addSchemaProperty(
                        "age", IntegerSchema.builder().setDefaultValue(30).build())
                .addSchemaProperty(
                        "score", NumberSchema.builder().setDefaultValue(95.5).build())
                .addSchemaProperty(
                        "status",
                        EnumSchema.builder(List.of("active", "inactive", "pending"))
                                .setDefaultValue("active")
                                .build())
                .addSchemaProperty(
                        "verified",
                        BooleanSchema.builder().setDefaultValue(true).build());
    }

    private static ElicitationRequest.Builder choices(ElicitationRequest.Builder form) {
        return form.addSchemaProperty("untitledSingle", new SingleSelectEnumSchema(OPTIONS))
                .addSchemaProperty(
                        "titledSingle",
                        new SingleSelectEnumSchema(VALUES, List.of("First Option", "Second Option", "Third Option")))
                .addSchemaProperty(
                        "legacyEnum",
                        EnumSchema.builder(List.of("opt1", "opt2", "opt3"))
                                .setEnumNames(List.of("Option One", "Option Two", "Option Three"))
                                .build())
                .addSchemaProperty("untitledMulti", new MultiSelectEnumSchema(OPTIONS))
                .addSchemaProperty(
                        "titledMulti",
                        MultiSelectEnumSchema.builder(VALUES)
                                .setEnumTitles(List.of("First Choice", "Second Choice", "Third Choice"))
                                .build());
    }
}
