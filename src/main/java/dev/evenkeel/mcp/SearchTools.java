package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.CollectionService;
import dev.evenkeel.knowledge.NewSearch;
import dev.evenkeel.knowledge.SearchService;
import dev.evenkeel.knowledge.ingestion.EmbeddingPlan;
import dev.evenkeel.platform.access.CurrentCaller;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolGuardrails;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What agents do most: look something up. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class SearchTools {
    private final SearchService search;
    private final CollectionService collections;
    private final EmbeddingPlan embedding;
    private final CurrentCaller caller;

    SearchTools(SearchService search, CollectionService collections, EmbeddingPlan embedding, CurrentCaller caller) {
        this.search = search;
        this.collections = collections;
        this.embedding = embedding;
        this.caller = caller;
    }

    /** Passages that answer a query. */
    @Tool(
            name = "search_documents",
            title = "Search documents",
            description = "Finds the passages of stored documents that answer a query, best first, by words and by"
                    + " meaning. Ask here before answering from memory. Each result names its document, place and"
                    + " scores; scores order results and have no fixed threshold (see score_meaning).",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<SearchAnswer> search(
            @ToolArg(name = "query", description = "Any text; words in double quotes must stand together.")
                    @NotBlank @Size(max = 20_000) String query,
            @ToolArg(
                            name = "max_results",
                            description = "Most passages to return.",
                            defaultValue = "5",
                            required = false)
                    @Min(1) @Max(50) int maxResults,
            @ToolArg(
                            name = "max_tokens",
                            description = "Passages are returned while their tokens add up to no more than this.",
                            defaultValue = "2000",
                            required = false)
                    @Min(1) @Max(50_000) int maxTokens,
            @ToolArg(
                            name = "collection_id",
                            description = "Search this collection only; without it, all that you may read.",
                            required = false)
                    @Nullable UUID collectionId,
            @ToolArg(
                            name = "mode",
                            description = "hybrid (words and meaning), keyword (words) or vector (meaning).",
                            defaultValue = "hybrid",
                            required = false)
                    NewSearch.Mode mode) {
        List<UUID> within = collectionId == null ? null : List.of(collectionId);
        return search.search(caller.get(), new NewSearch(query, within, maxResults, mode, null, maxTokens))
                .map(SearchAnswer::of);
    }

    /** Sums over what the caller may read. */
    @Tool(
            name = "get_knowledge_stats",
            title = "Knowledge statistics",
            description = "Counts of collections, documents (by state and type), passages and tokens that you may read,"
                    + " and the embedding model in use.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<KnowledgeStats> stats() {
        return collections.totals(caller.get()).map(totals -> KnowledgeStats.of(totals, embedding.modelName()));
    }
}
