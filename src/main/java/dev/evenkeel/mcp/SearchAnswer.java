package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.SearchView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a search found, for an agent.
 *
 * @param mode how results were found in fact
 * @param scoreMeaning what {@code score} is in this mode
 * @param tokensUsed the sum of the results' tokens and their neighbours'
 * @param more whether there is something behind the last result
 * @param degraded why less was done than asked for
 * @param context the results as one text with numbered sources, when max_context_tokens was given
 * @param subQueries the parts in which a compound question was asked, when it was
 * @param suggestions other queries to try, when asked for
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
        boolean more,
        @Nullable String degraded,
        @Nullable Context context,
        @Nullable List<String> subQueries,
        @Nullable List<String> suggestions) {
    /**
     * One passage; {@code ordinal} is its place in the document, from 0.
     *
     * @param keywordScore from 0 to 1, when the passage was found by its words: about 0.45 when a text of average length has
     *     each word once
     * @param vectorScore cosine, from -1 to 1, when it was found by its meaning
     * @param content absent when there is a context, which holds it
     * @param neighbours the passages around it, when asked for
     * @param foundBy which of sub_queries found it, from 0
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Hit(
            UUID documentId,
            UUID chunkId,
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
            @Nullable String content,
            @Nullable List<Neighbour> neighbours,
            @Nullable List<Integer> foundBy) {
        static Hit of(SearchView.Result result, boolean inContext) {
            List<SearchView.Neighbour> around = result.neighbours();
            return new Hit(
                    result.documentId(),
                    result.chunkId(),
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
                    inContext ? null : result.content(),
                    inContext || around == null
                            ? null
                            : around.stream()
                                    .map(neighbour -> new Neighbour(neighbour.ordinal(), neighbour.content()))
                                    .toList(),
                    result.foundBy());
        }
    }

    /** A passage next to a result. */
    @RegisterForReflection
    public record Neighbour(int ordinal, String content) {}

    /**
     * Results as one text.
     *
     * @param tokens of the text, never more than asked for
     * @param sources by the numbers in the text
     */
    @RegisterForReflection
    public record Context(String text, int tokens, List<Source> sources) {
        static @Nullable Context of(SearchView.@Nullable Context context) {
            return context == null
                    ? null
                    : new Context(
                            context.text(),
                            context.tokens(),
                            context.sources().stream()
                                    .map(source -> new Source(source.number(), source.documentId(), source.title()))
                                    .toList());
        }
    }

    /** A document in a context. */
    @RegisterForReflection
    public record Source(int number, UUID documentId, String title) {}

    static SearchAnswer of(SearchView found) {
        boolean inContext = found.context() != null;
        List<SearchView.Suggestion> suggestions = found.suggestions();
        return new SearchAnswer(
                found.query(),
                found.mode(),
                meaning(found),
                found.results().stream()
                        .map(result -> Hit.of(result, inContext))
                        .toList(),
                found.totalResults(),
                found.tokensUsed(),
                found.more(),
                found.degraded(),
                Context.of(found.context()),
                found.subQueries(),
                suggestions == null
                        ? null
                        : suggestions.stream().map(SearchView.Suggestion::text).toList());
    }

    private static String meaning(SearchView found) {
        if (found.subQueries() != null) {
            return "From 0 to 1: how high a result stands for the parts of the question. How well it answers say keyword_score (0"
                    + " to 1) and vector_score (cosine).";
        }
        if (found.mode().equals("vector")
                && found.results().stream().anyMatch(result -> !Objects.equals(result.vectorScore(), result.score()))) {
            return "How high a result stands among all. How close it is says vector_score: the cosine of its collection's"
                    + " model, -1 to 1.";
        }
        return switch (found.mode()) {
            case "hybrid" ->
                "From 0 to 1: how high a result stands by words and by meaning; 1 is first by both. How well it answers"
                        + " say keyword_score (0 to 1) and vector_score (cosine).";
            case "vector" -> "Cosine similarity of meaning, -1 to 1; what is close depends on the embedding model.";
            default ->
                "From 0 to 1: the share of what a text could have at most for these words; about 0.45 when a text of"
                        + " average length has each word once.";
        };
    }
}
