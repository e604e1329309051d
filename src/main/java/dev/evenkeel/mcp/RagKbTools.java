package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.facade.RagKbAnswer;
import dev.evenkeel.knowledge.facade.RagKbDocuments;
import dev.evenkeel.knowledge.facade.RagKbSearch;
import dev.evenkeel.knowledge.ingestion.EmbeddingPlan;
import dev.evenkeel.platform.access.CurrentCaller;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolGuardrails;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tools of rag-kb under their names, with answers as text as there, for agents that are set up for them. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class RagKbTools {
    private static final int MAX_LISTED = 300;

    private final RagKbSearch search;
    private final RagKbDocuments documents;
    private final EmbeddingPlan embedding;
    private final CurrentCaller caller;

    RagKbTools(RagKbSearch search, RagKbDocuments documents, EmbeddingPlan embedding, CurrentCaller caller) {
        this.search = search;
        this.documents = documents;
        this.embedding = embedding;
        this.caller = caller;
    }

    /** Passages that answer a question. */
    @Tool(
            name = "query_knowledge_base",
            title = "Query the knowledge base",
            description = "Finds passages of the knowledge base that answer a question, best first. Ask here before"
                    + " answering from memory. Scores order the passages of one answer and have no fixed threshold.",
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<String> query(
            @ToolArg(name = "query", description = "The question.") @NotBlank @Size(max = 20_000) String query,
            @ToolArg(name = "top_k", description = "Most passages to return.", defaultValue = "5", required = false)
                    @Min(1) @Max(20) int topK,
            @ToolArg(
                            name = "threshold",
                            description = "Least similarity of passages that were found by their meaning alone.",
                            defaultValue = "0",
                            required = false)
                    @DecimalMin("0") @DecimalMax("1") double threshold) {
        return search.ask(caller.get(), query, topK, threshold == 0 ? null : threshold)
                .map(RagKbTools::text);
    }

    private static String text(RagKbAnswer answer) {
        if (answer.results().isEmpty()) {
            return "No relevant information found for: \"" + answer.query() + "\"\n\n"
                    + "Try other words or fewer of them, or look with list_indexed_documents whether the document is there.";
        }
        StringBuilder text = new StringBuilder(
                "Found " + answer.totalResults() + " relevant chunks for: \"" + answer.query() + "\"\n");
        int number = 1;
        for (RagKbAnswer.Result result : answer.results()) {
            text.append(String.format(Locale.ROOT, "\n## Result %d (Score: %.3f)\n\n", number++, result.score()))
                    .append("**Source:** ")
                    .append(result.source())
                    .append(result.page() == null ? "" : " (Page " + result.page() + ")")
                    .append("\n\n")
                    .append(result.content())
                    .append("\n\n---\n");
        }
        return text.toString();
    }

    /** The documents of the knowledge base. */
    @Tool(
            name = "list_indexed_documents",
            title = "List indexed documents",
            description = "Lists the documents of the knowledge base, those first that were indexed last.",
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<String> list() {
        return documents.list(caller.get(), null, MAX_LISTED).map(found -> {
            String lines = found.entries().stream()
                    .map(entry -> "- **" + entry.fileName() + "**\n  - Indexed: " + entry.indexedAt() + "\n  - Chunks: "
                            + entry.chunkCount() + "\n")
                    .collect(Collectors.joining());
            long more = found.total() - found.entries().size();
            return "# Indexed Documents (" + found.total() + ")\n\n" + lines
                    + (more > 0 ? "\n" + more + " more, indexed before these.\n" : "");
        });
    }

    /** The knowledge base in numbers. */
    @Tool(
            name = "get_kb_stats",
            title = "Knowledge base statistics",
            description = "Tells how many documents and passages the knowledge base has, and the embedding model.",
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<String> stats() {
        return documents
                .totals(caller.get())
                .map(totals -> "# Knowledge Base Statistics\n\n- **Status:** healthy\n- **Indexed Documents:** "
                        + totals.documents() + "\n- **Total Chunks:** " + totals.chunks() + "\n- **Embedding Model:** "
                        + embedding.modelName() + "\n");
    }
}
