package dev.evenkeel.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A question to the entries of a namespace. Without a query and a vector it gives what meets the filter, the latest first.
 *
 * @param query any text, compared with the texts of entries; words in double quotes must stand together
 * @param vector compared with the vectors that came with entries
 * @param mode {@code hybrid} (default), {@code keyword} or {@code vector}
 * @param limit most results, 1 to 100, default 10
 * @param filter a condition on metadata, such as {@code {"topic": {"eq": "sea"}, "year": {"gte": 1990}}}
 * @param keyPrefix only entries whose key begins so
 * @param includeChildren also the namespaces below this one
 */
public record MemoryQuery(
        @Nullable @Size(max = 20_000) String query,
        @JsonDeserialize(using = VectorReader.class) float @Nullable [] vector,
        @Nullable Mode mode,
        @Nullable @Min(1) @Max(MAX_LIMIT) Integer limit,
        @Nullable @Schema(type = SchemaType.OBJECT) JsonNode filter,
        @Nullable String keyPrefix,
        @Nullable Boolean includeChildren) {
    public static final int MAX_LIMIT = 100;
    static final int DEFAULT_LIMIT = 10;

    /** How results are found. */
    public enum Mode {
        /** By words and by meaning, fused by rank. */
        hybrid,
        /** By words (BM25). */
        keyword,
        /** By the cosine of vectors. */
        vector
    }

    @Schema(hidden = true)
    int limitOrDefault() {
        return limit == null ? DEFAULT_LIMIT : limit;
    }

    @Schema(hidden = true)
    Mode modeOrDefault() {
        return mode == null ? Mode.hybrid : mode;
    }

    @Schema(hidden = true)
    String queryOrEmpty() {
        return query == null ? "" : query;
    }
}
