package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.SearchView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a search found, for an agent.
 *
 * @param mode how results were found in fact
 * @param scoreMeaning what {@code score} is in this mode
 * @param tokensUsed the sum of the results' tokens
 * @param degraded why less was done than asked for
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchAnswer(
        String query,
        String mode,
        String scoreMeaning,
        List<Hit> results,
        int totalResults,
        long tokensUsed,
        @Nullable String degraded) {
    /**
     * One passage; {@code ordinal} is its place in the document, from 0.
     *
     * @param keywordScore BM25, when the passage was found by its words
     * @param vectorScore cosine, when it was found by its meaning
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Hit(
            UUID documentId,
            String title,
            UUID collectionId,
            String collectionName,
            @Nullable String sourcePath,
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
            String content) {
        static Hit of(SearchView.Result result) {
            return new Hit(
                    result.documentId(),
                    result.title(),
                    result.collectionId(),
                    result.collectionName(),
                    result.sourcePath(),
                    result.ordinal(),
                    result.headingPath(),
                    result.pageFrom(),
                    result.pageTo(),
                    result.lineFrom(),
                    result.lineTo(),
                    result.tokens(),
                    result.score(),
                    result.keywordScore(),
                    result.keywordRank(),
                    result.vectorScore(),
                    result.vectorRank(),
                    result.content());
        }
    }

    static SearchAnswer of(SearchView found) {
        return new SearchAnswer(
                found.query(),
                found.mode(),
                meaning(found.mode()),
                found.results().stream().map(Hit::of).toList(),
                found.totalResults(),
                found.tokensUsed(),
                found.degraded());
    }

    private static String meaning(String mode) {
        return switch (mode) {
            case "hybrid" ->
                "Reciprocal rank fusion: the best possible score is about 0.03, so it only orders results; judge by"
                        + " keyword_score, vector_score or rank.";
            case "vector" -> "Cosine similarity of meaning, at most 1; what is close depends on the embedding model.";
            default -> "BM25 over words: 0 or more without an upper end; it compares results of one query only.";
        };
    }
}
