package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.platform.http.PlainText;
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
 * @param minScore results below this {@code score} are left out; the scale depends on the mode
 * @param maxTokens results are given while their tokens add up to no more than this
 * @param filter a condition on metadata, such as {@code {"author": {"eq": "Ada"}, "year": {"gte": 1840}}}
 * @param documentIds only these documents
 * @param documentTypes only documents of these types
 * @param pathPrefix only documents whose source path begins so
 * @param tags only documents with all of these among the metadata's {@code tags}
 * @param createdFrom only documents created at this time or later; {@code updatedFrom} likewise
 * @param createdBefore only documents created before this time; {@code updatedBefore} likewise
 * @param linkBoost 0 (default) to 1: how much documents that others link to are preferred; a score rises by at most this
 *     share of itself, in proportion to the document's percentile in the ranking of its collection
 * @param includeLinks whether the answer tells what the documents of the results link to and what links to them
 */
public record NewSearch(
        @NotNull @Size(max = 20_000) String query,
        @Size(min = 1, max = 100) @Nullable List<@NotNull UUID> collectionIds,

        @Min(1) @Max(100) @JsonAlias({"top_k", "max_results"}) @Nullable Integer limit,

        @Nullable Mode mode,
        @JsonAlias("threshold") @Nullable Double minScore,
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
        @Nullable Boolean includeLinks) {
    static final int DEFAULT_LIMIT = 10;

    /** A question to all documents of the collections. */
    public NewSearch(
            String query,
            @Nullable List<UUID> collectionIds,
            @Nullable Integer limit,
            @Nullable Mode mode,
            @Nullable Double minScore,
            @Nullable Integer maxTokens) {
        this(
                query,
                collectionIds,
                limit,
                mode,
                minScore,
                maxTokens,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
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
