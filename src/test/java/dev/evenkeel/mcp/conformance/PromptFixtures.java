package dev.evenkeel.mcp.conformance;

import io.quarkiverse.mcp.server.CompletionResponse;
import io.quarkiverse.mcp.server.ImageContent;
import io.quarkiverse.mcp.server.PromptCompletionManager;
import io.quarkiverse.mcp.server.PromptManager;
import io.quarkiverse.mcp.server.PromptManager.PromptDefinition;
import io.quarkiverse.mcp.server.PromptMessage;
import io.quarkiverse.mcp.server.PromptResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Prompts of the suite, and the completion of an argument. */
@Singleton
public class PromptFixtures {
    private static final List<String> WORDS = List.of("paris", "park", "party", "test", "testing");

    private final PromptManager prompts;
    private final PromptCompletionManager completions;

    PromptFixtures(PromptManager prompts, PromptCompletionManager completions) {
        this.prompts = prompts;
        this.completions = completions;
    }

    void register() {
        prompt(
                        "test_simple_prompt",
                        arguments -> Stream.of(PromptMessage.withUserRole("This is a simple prompt for testing.")))
                .register();
        prompt(
                        "test_prompt_with_arguments",
                        arguments -> Stream.of(PromptMessage.withUserRole("Prompt with arguments: arg1='"
                                + arguments.get("arg1") + "', arg2='" + arguments.get("arg2") + "'")))
                .addArgument("arg1", "The first.", true)
                .addArgument("arg2", "The second.", true)
                .register();
        prompt(
                        "test_prompt_with_embedded_resource",
                        arguments -> Stream.of(
                                PromptMessage.withUserRole(ToolFixtures.resource(
                                        arguments.getOrDefault("resourceUri", ""),
                                        "text/plain",
                                        "Embedded resource content for testing.")),
                                PromptMessage.withUserRole("Please process the embedded resource above.")))
                .addArgument("resourceUri", "The resource.", true)
                .register();
        prompt(
                        "test_prompt_with_image",
                        arguments -> Stream.of(
                                PromptMessage.withUserRole(new ImageContent(Samples.PNG, "image/png")),
                                PromptMessage.withUserRole("Please analyze the image above.")))
                .register();
        completions
                .newCompletion("test_prompt_with_arguments")
                .setArgumentName("arg1")
                .setAsyncHandler(arguments -> Uni.createFrom().item(() -> beginningWith(arguments.argumentValue())))
                .register();
    }

    private PromptDefinition prompt(String name, Function<Map<String, String>, Stream<PromptMessage>> messages) {
        return prompts.newPrompt(name)
                .setDescription("Of the suite.")
                .setAsyncHandler(arguments -> Uni.createFrom()
                        .item(() -> PromptResponse.withMessages(
                                messages.apply(arguments.args()).toList())));
    }

    private static CompletionResponse beginningWith(String start) {
        List<String> values =
                WORDS.stream().filter(word -> word.startsWith(start)).toList();
        return new CompletionResponse(values, values.size(), false);
    }
}
