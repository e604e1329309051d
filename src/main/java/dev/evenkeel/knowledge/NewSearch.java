package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A question to the collections.
 *
 * @param query any text; words in double quotes must stand together
 * @param collectionIds where to search; everywhere when absent
 * @param limit most results, 1 to 100, default 10
 * @param mode {@code hybrid} (default), {@code keyword} or {@code vector}
 * @param minScore results below this {@code score} are left out, the figure that orders them: 0 to 1, in mode {@code vector}
 *     the cosine, -1 to 1. In mode {@code hybrid} it says how high a result stands in the two rankings, not how well it answers;
 *     use the two below for that. Of collections with different models, in mode {@code vector}, it is compared with each cosine;
 *     with {@code decompose} with the scores of each part, before these are fused
 * @param minKeywordScore results are left out unless their {@code keyword_score} is at least this, 0 to 1: the share of what
 *     a text could have at most, where a text of average length with each word of the query once has about 0.45
 * @param minVectorScore results are left out unless their {@code vector_score} is at least this, the cosine, -1 to 1; which
 *     values are close depends on the model, and what is not among the 200 nearest has none. With both of the two, a result
 *     that reaches one of them stays
 * @param maxTokens results, and then their neighbours, are given while their tokens add up to no more than this
 * @param filter a condition on metadata, such as {@code {"author": {"eq": "Ada"}, "year": {"gte": 1840}}}
 * @param documentIds only these documents
 * @param documentTypes only documents of these types
 * @param pathPrefix only documents whose source path begins so
 * @param tags only documents with all of these among the metadata's {@code tags}
 * @param createdFrom only documents created at this time or later; {@code updatedFrom} likewise
 * @param createdBefore only documents created before this time; {@code updatedBefore} likewise
 * @param linkBoost 0 (default) to 1: how much documents that others link to are preferred; a score rises by at most this
 *     share of itself, in proportion to the document's percentile in the ranking of its collection
 * @param includeLinks whether the answer tells what the documents of the results link to, what links to them, and their tags
 * @param offset results, or groups, that are passed over, to go on where an answer ended; {@code offset + limit} at most 200
 * @param groupBy {@code document}: the best chunks of each document together, documents by their best chunk; {@code limit} and
 *     {@code offset} count documents. Formed of the 1,000 best chunks of each arm (200 with quoted phrases)
 * @param groupSize most chunks of one document, 1 to 20, default 3, or less where the limits of an answer leave less;
 *     {@code limit * group_size} at most 200
 * @param neighbours 0 (default) to 5: so many chunks before and behind each result are given with it, each once;
 *     {@code limit * group_size * (1 + 2 * neighbours)} at most 1,100
 * @param maxContextTokens asks for {@code context}: one text of the results and their neighbours with numbered sources, ready
 *     for a language model, of at most so many tokens (cl100k_base)
 * @param fusion how a hybrid search makes one ranking of two
 * @param decompose whether a compound question ({@code a? b?}, {@code a vs b}, {@code a and how b}) is also asked in parts,
 *     whose results are fused by rank; the answer names the parts as {@code sub_queries}. Not with quoted phrases
 * @param suggest whether the answer holds {@code suggestions}: other spellings for words that occur nowhere, and headings
 * @param titleBoost 0 (default) to 1: how much documents are preferred whose title or file name has words of the query; a score
 *     rises by at most this share of itself, in proportion to the share of the query's words
 */
@RegisterForReflection
public record NewSearch(
        @NotNull @Size(max = 20_000) String query,
        @Size(min = 1, max = 100) @Nullable List<@NotNull UUID> collectionIds,

        @Min(1) @Max(100) @JsonAlias({"top_k", "max_results"}) @Nullable Integer limit,

        @Nullable Mode mode,

        @DecimalMin("-1") @DecimalMax("1") @JsonAlias("threshold") @Nullable Double minScore,

        @Min(1) @Max(1_000_000) @Nullable Integer maxTokens,
        @Nullable @Schema(type = SchemaType.OBJECT) JsonNode filter,

        @Size(min = 1, max = 1_000) @Nullable List<@NotNull UUID> documentIds,

        @Size(min = 1, max = 100) @Nullable List<@NotNull @Size(max = 40) String> documentTypes,

        @Size(min = 1, max = 1_024) @Nullable String pathPrefix,
        @Size(min = 1, max = 50) @Nullable List<@NotNull @Size(max = 200) String> tags,
        @Nullable Instant createdFrom,
        @Nullable Instant createdBefore,
        @Nullable Instant updatedFrom,
        @Nullable Instant updatedBefore,
        @DecimalMin("0") @DecimalMax("1") @Nullable Double linkBoost,
        @Nullable Boolean includeLinks,
        @DecimalMin("0") @DecimalMax("1") @Nullable Double minKeywordScore,
        @DecimalMin("-1") @DecimalMax("1") @Nullable Double minVectorScore,
        @Min(0) @Max(NewSearch.DEEPEST - 1) @Nullable Integer offset,

        @Nullable GroupBy groupBy,
        @Min(1) @Max(20) @Nullable Integer groupSize,
        @Min(0) @Max(5) @Nullable Integer neighbours,
        @Min(1) @Max(200_000) @Nullable Integer maxContextTokens,
        @Valid @Nullable NewFusion fusion,
        @Nullable Boolean decompose,
        @Nullable Boolean suggest,
        @DecimalMin("0") @DecimalMax("1") @Nullable Double titleBoost) {
    static final int DEFAULT_LIMIT = 10;

    /** No page ends further down than this. */
    static final int DEEPEST = 200;

    private static final int DEFAULT_GROUP_SIZE = 3;

    /** Most results of an answer: all of them are in memory at the same time. */
    private static final int MAX_RESULTS = 200;

    /** The same with the chunks around them. */
    private static final int MAX_CHUNKS = 1_100;

    /** A question that is put together by name. */
    public static NewSearchBuilder of(String query) {
        return new NewSearchBuilder(query);
    }

    public NewSearch {
        // Any text is a query, and the answer repeats it.
        query = query == null ? null : PlainText.wellFormed(query);
    }

    /** How results are found. */
    public enum Mode {
        /** By words and by meaning, fused by rank. */
        hybrid,
        /** By words (BM25). */
        keyword,
        /** By meaning (cosine of embeddings). */
        vector
    }

    /** What belongs together in an answer. */
    public enum GroupBy {
        /** Chunks of one document. */
        document
    }

    /** @throws ProblemException 400 when two parameters contradict each other */
    void requireConsistent() {
        if (offsetOrDefault() + limitOrDefault() > DEEPEST) {
            throw ProblemException.invalid("offset", "offset and limit together must not exceed " + DEEPEST);
        }
        if (groupSize != null && !grouped()) {
            throw ProblemException.invalid("group_size", "needs group_by");
        }
        int results = limitOrDefault() * (grouped() ? groupSizeOrDefault() : 1);
        if (results > MAX_RESULTS) {
            throw ProblemException.invalid("group_size", "limit times group_size must not exceed " + MAX_RESULTS);
        }
        if (results * chunksOfResult() > MAX_CHUNKS) {
            throw ProblemException.invalid(
                    "neighbours", "limit times group_size times (1 + 2 * neighbours) must not exceed " + MAX_CHUNKS);
        }
    }

    int offsetOrDefault() {
        return offset == null ? 0 : offset;
    }

    boolean grouped() {
        return groupBy != null;
    }

    int groupSizeOrDefault() {
        return groupSize == null
                ? Math.max(1, Math.min(DEFAULT_GROUP_SIZE, mostOfEach() / limitOrDefault()))
                : groupSize;
    }

    private int mostOfEach() {
        return Math.min(MAX_RESULTS, MAX_CHUNKS / chunksOfResult());
    }

    /** A result with its neighbours. */
    private int chunksOfResult() {
        return 1 + 2 * neighboursOrDefault();
    }

    int neighboursOrDefault() {
        return neighbours == null ? 0 : neighbours;
    }

    double titleBoostOrDefault() {
        return titleBoost == null ? 0 : titleBoost;
    }

    int limitOrDefault() {
        return limit == null ? DEFAULT_LIMIT : limit;
    }

    double linkBoostOrDefault() {
        return linkBoost == null ? 0 : linkBoost;
    }

    Mode modeOrDefault() {
        return mode == null ? Mode.hybrid : mode;
    }
}
