package dev.evenkeel.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.knowledge.CollectionService;
import dev.evenkeel.knowledge.NewSearch;
import dev.evenkeel.knowledge.NewSimilar;
import dev.evenkeel.knowledge.SearchService;
import dev.evenkeel.knowledge.SimilarService;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What agents do most: look something up. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class SearchTools {
    private final SearchService search;
    private final SimilarService similar;
    private final CollectionService collections;
    private final EmbeddingPlan embedding;
    private final ObjectMapper mapper;
    private final CurrentCaller caller;

    SearchTools(
            SearchService search,
            SimilarService similar,
            CollectionService collections,
            EmbeddingPlan embedding,
            ObjectMapper mapper,
            CurrentCaller caller) {
        this.search = search;
        this.similar = similar;
        this.mapper = mapper;
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
                    + " scores. score orders results; keyword_score (0 to 1, about 0.45 when a text of average length has"
                    + " each word once) and vector_score (cosine, -1 to 1) say how well one answers, and min_keyword_score"
                    + " and min_vector_score leave out what does not.",
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
                            description = "Most passages to return; with group_by_document, most documents.",
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
                    NewSearch.Mode mode,
            @ToolArg(
                            name = "min_keyword_score",
                            description =
                                    "Leave out what has a lower keyword_score, 0 to 1. With min_vector_score as well,"
                                            + " what reaches one of the two stays.",
                            required = false)
                    @DecimalMin("0") @DecimalMax("1") @Nullable Double minKeywordScore,
            @ToolArg(
                            name = "min_vector_score",
                            description = "Leave out what has a lower vector_score, -1 to 1.",
                            required = false)
                    @DecimalMin("-1") @DecimalMax("1") @Nullable Double minVectorScore,
            @ToolArg(
                            name = "group_by_document",
                            description = "Return the best three passages of each document together.",
                            defaultValue = "false",
                            required = false)
                    boolean groupByDocument,
            @ToolArg(
                            name = "neighbours",
                            description = "Also return so many passages before and behind each result.",
                            defaultValue = "0",
                            required = false)
                    @Min(0) @Max(5) int neighbours,
            @ToolArg(
                            name = "max_context_tokens",
                            description =
                                    "Return the passages as one text with numbered sources of at most so many tokens"
                                            + " (context), instead of one by one.",
                            required = false)
                    @Min(1) @Max(50_000) @Nullable Integer maxContextTokens,
            @ToolArg(
                            name = "filter",
                            description = "A condition on metadata, such as {\"author\": {\"eq\": \"Ada\"}, \"year\":"
                                    + " {\"gte\": 1840}}.",
                            required = false)
                    @Size(max = 50) @Nullable Map<String, Object> filter,
            @ToolArg(name = "document_type", description = "Only documents of this type.", required = false)
                    @Size(min = 1, max = 40) @Nullable String documentType,
            @ToolArg(
                            name = "path_prefix",
                            description = "Only documents whose source path begins so.",
                            required = false)
                    @Size(min = 1, max = 1_024) @Nullable String pathPrefix,
            @ToolArg(
                            name = "decompose",
                            description = "Ask a compound question (a? b?, a vs b, a and how b) in parts.",
                            defaultValue = "false",
                            required = false)
                    boolean decompose,
            @ToolArg(
                            name = "suggest",
                            description = "Return other queries to try: spellings that occur, headings.",
                            defaultValue = "false",
                            required = false)
                    boolean suggest) {
        NewSearch wanted = NewSearch.of(query)
                .collectionIds(within(collectionId))
                .limit(maxResults)
                .mode(mode)
                // A context has a budget of its own.
                .maxTokens(maxContextTokens == null ? Integer.valueOf(maxTokens) : null)
                .filter(filter == null ? null : mapper.valueToTree(filter))
                .documentTypes(documentType == null ? null : List.of(documentType))
                .pathPrefix(pathPrefix)
                .minKeywordScore(minKeywordScore)
                .minVectorScore(minVectorScore)
                .groupBy(groupByDocument ? NewSearch.GroupBy.document : null)
                .neighbours(neighbours)
                .maxContextTokens(maxContextTokens)
                .decompose(decompose)
                .suggest(suggest)
                .build();
        return search.search(caller.get(), wanted).map(SearchAnswer::of);
    }

    private static @Nullable List<UUID> within(@Nullable UUID collectionId) {
        return collectionId == null ? null : List.of(collectionId);
    }

    /** Documents like a document. */
    @Tool(
            name = "find_similar_documents",
            title = "Find similar documents",
            description =
                    "Documents whose text resembles a document, with their best passages, or passages that resemble one"
                            + " of its passages: by meaning when there are vectors, else by its most telling words (see mode)."
                            + " Linked documents are found by find_related_documents.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<SearchAnswer> similar(
            @ToolArg(name = "document_id", description = "The document.") UUID documentId,
            @ToolArg(
                            name = "chunk_id",
                            description = "Compare this passage of the document only, and find passages.",
                            required = false)
                    @Nullable UUID chunkId,
            @ToolArg(
                            name = "max_results",
                            description = "Most documents, or passages, to return.",
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
                    @Nullable UUID collectionId) {
        NewSimilar wanted = NewSimilar.of(chunkId, within(collectionId), maxResults, maxTokens);
        return similar.similar(caller.get(), documentId, wanted).map(SearchAnswer::of);
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
