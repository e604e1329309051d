package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a search.
 *
 * @param mode how results were found in fact
 * @param results best first; equal scores in a fixed order
 * @param totalResults the number of results given
 * @param tokensUsed the sum of their tokens
 * @param degraded why less was done than asked for, for example because the embedding endpoint did not answer in time
 * @param documentLinks what the documents of the results link to and what links to them, when asked for
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchView(
        String query,
        String mode,
        List<Result> results,
        int totalResults,
        long tokensUsed,
        @Nullable String degraded,
        @Nullable List<LinkedDocuments> documentLinks) {
    SearchView with(List<LinkedDocuments> links) {
        return new SearchView(query, mode, results, totalResults, tokensUsed, degraded, links);
    }

    /**
     * One chunk that answers.
     *
     * @param score hybrid: reciprocal rank fusion; keyword: BM25; vector: cosine; higher by what {@code link_boost} adds
     * @param keywordScore BM25, when the chunk was found by its words
     * @param vectorScore cosine, when it was found by its meaning
     * @param highlights where the words of the query stand in {@code content}
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            UUID chunkId,
            UUID documentId,
            UUID collectionId,
            String collectionName,
            String title,
            @Nullable String sourcePath,
            String documentType,
            int ordinal,
            List<String> headingPath,
            @Nullable Integer pageFrom,
            @Nullable Integer pageTo,
            int lineFrom,
            int lineTo,
            int tokens,
            double score,
            @Nullable Double keywordScore,
            @Nullable Integer keywordRank,
            @Nullable Double vectorScore,
            @Nullable Integer vectorRank,
            String content,
            List<Highlight> highlights) {}

    /** A range of UTF-16 units of the content: from {@code start} up to before {@code end}. */
    @RegisterForReflection
    public record Highlight(int start, int end) {}
}
