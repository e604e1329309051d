package dev.evenkeel.mcp;

import io.quarkiverse.mcp.server.Prompt;
import io.quarkiverse.mcp.server.PromptArg;
import io.quarkiverse.mcp.server.PromptMessage;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** Ways of working that people can pick. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class KnowledgePrompts {
    /** An answer from what is stored, with sources. */
    @Prompt(
            name = "answer_from_knowledge",
            title = "Answer from the knowledge base",
            description = "Answers a question from stored documents only, and names the sources.")
    public Uni<PromptMessage> answer(
            @PromptArg(name = "question", description = "What is to be answered.") @NotBlank @Size(max = 4000) String question) {
        return Uni.createFrom().item(PromptMessage.withUserRole("""
                        Answer the question below from the knowledge base only.

                        1. Call search_documents with the words that matter; search again in other words if the passages \
                        do not answer it.
                        2. Where a passage is too short, read on with get_document.
                        3. Answer in a few sentences. After each statement name the title of its document, and the page \
                        or lines.
                        4. If the documents do not answer it, say so; add nothing from memory.

                        Question: %s""".formatted(question)));
    }
}
