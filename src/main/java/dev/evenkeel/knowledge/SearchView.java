package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a search.
 *
 * @param mode how results were found in fact
 * @param results best first; equal scores in a fixed order; grouped by document, each document's together
 * @param totalResults the number of results given
 * @param tokensUsed the sum of their tokens and of their neighbours'
 * @param more whether there is something behind the last result that a further {@code offset} reaches
 * @param groups the documents, best first, when grouping was asked for
 * @param degraded why less was done than asked for, for example because the embedding endpoint did not answer in time
 * @param documentLinks what the documents of the results link to and what links to them, when asked for
 * @param context the results as one text, when asked for
 * @param subQueries the parts in which a compound question was asked, when it was
 * @param suggestions what else could be searched for, when asked for; empty when there is nothing to say
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchView(
        String query,
        String mode,
        List<Result> results,
        int totalResults,
        long tokensUsed,
        boolean more,
        @Nullable List<Group> groups,
        @Nullable String degraded,
        @Nullable List<LinkedDocuments> documentLinks,
        @Nullable Context context,
        @Nullable List<String> subQueries,
        @Nullable List<Suggestion> suggestions) {
    private static final long RESULT_JSON_BYTES = 1_024;
    private static final long NEIGHBOUR_JSON_BYTES = 256;

    /**
     * What an answer holds besides its results.
     *
     * @param documentLinks null unless asked for; likewise the others
     */
    record Extras(
            @Nullable List<LinkedDocuments> documentLinks,
            @Nullable Context context,
            @Nullable List<String> subQueries,
            @Nullable List<Suggestion> suggestions) {
        static final Extras NONE = new Extras(null, null, null, null);
    }

    static SearchView of(String query, SearchResults.Shown shown, Extras extras) {
        return new SearchView(
                query,
                shown.mode(),
                shown.results(),
                shown.pieces().size(),
                shown.tokens(),
                shown.more(),
                shown.groups(),
                shown.degraded(),
                extras.documentLinks(),
                extras.context(),
                extras.subQueries(),
                extras.suggestions());
    }

    /** About how large this is as JSON. */
    public long estimatedBytes() {
        long bytes = context == null ? 0 : 2L * context.text().length();
        for (Result result : results) {
            bytes += RESULT_JSON_BYTES
                    + 2L * result.content().length()
                    + 32L * result.highlights().size();
            for (Neighbour neighbour : result.neighbours() == null ? List.<Neighbour>of() : result.neighbours()) {
                bytes += NEIGHBOUR_JSON_BYTES + 2L * neighbour.content().length();
            }
        }
        return bytes;
    }

    /**
     * One chunk that answers.
     *
     * @param score what results are ordered by. Hybrid, from 0 to 1: the share of what a chunk that is first by words and by
     *     meaning would have; keyword: {@code keyword_score}; vector: {@code vector_score}. With {@code link_boost} and
     *     {@code title_boost}, raised and divided by one plus both, so that the scale stays
     * @param keywordScore from 0 to 1, when the chunk was found by its words: BM25 as a share of what a text could have at most
     *     for this query, words that occur nowhere included. A text of average length that has each word once has about 0.45
     * @param vectorScore cosine, from -1 to 1, when it was found by its meaning
     * @param highlights where the words of the query stand in {@code content}
     * @param neighbours the chunks before and behind it in reading order, when asked for; one that is a result itself, or a
     *     neighbour of a better result, stands there only
     * @param foundBy which of {@code sub_queries} found it, from 0
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
            List<Highlight> highlights,
            @Nullable List<Neighbour> neighbours,
            @Nullable List<Integer> foundBy) {}

    /** A range of UTF-16 units of the content: from {@code start} up to before {@code end}. */
    @RegisterForReflection
    public record Highlight(int start, int end) {}

    /** A chunk next to a result. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Neighbour(
            UUID chunkId,
            int ordinal,
            @Nullable Integer pageFrom,
            @Nullable Integer pageTo,
            int lineFrom,
            int lineTo,
            int tokens,
            String content) {
        static Neighbour of(Passage passage) {
            return new Neighbour(
                    passage.chunkId(),
                    passage.ordinal(),
                    passage.pageFrom(),
                    passage.pageTo(),
                    passage.lineFrom(),
                    passage.lineTo(),
                    passage.tokens(),
                    passage.content());
        }
    }

    /**
     * A document among the results.
     *
     * @param score of its best chunk
     * @param chunksFound how many of its chunks were found, shown or not
     * @param chunkIds those shown, best first
     */
    @RegisterForReflection
    @Schema(name = "SearchGroup")
    public record Group(
            UUID documentId, UUID collectionId, String title, double score, int chunksFound, List<UUID> chunkIds) {}

    /**
     * The results as one text, each document a numbered source, its passages in reading order.
     *
     * @param tokens of the text (cl100k_base); never more than asked for
     * @param sources by their numbers; what did not fit is left out
     */
    @RegisterForReflection
    @Schema(name = "SearchContext")
    public record Context(String text, int tokens, List<Source> sources) {}

    /**
     * A document in a context.
     *
     * @param number as in the text, from 1
     * @param chunkIds the chunks that the text holds, in reading order
     * @param truncated whether the last of them is cut off, because not even one fits as a whole
     */
    @RegisterForReflection
    @Schema(name = "SearchSource")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Source(
            int number,
            UUID documentId,
            UUID collectionId,
            String title,
            @Nullable String sourcePath,
            List<UUID> chunkIds,
            int lineFrom,
            int lineTo,
            boolean truncated) {}

    /**
     * Something else to search for.
     *
     * @param kind {@code correction}: a word that occurs nowhere is replaced by a similar one that does; {@code completion}: it
     *     is the beginning of one; {@code heading}: a heading under which results stand
     * @param text a whole query
     */
    @RegisterForReflection
    @Schema(name = "SearchSuggestion")
    public record Suggestion(Kind kind, String text) {
        /** Why it is suggested; spelled as in the API. */
        public enum Kind {
            correction,
            completion,
            heading
        }
    }
}
