package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Entries that were found, best first.
 *
 * @param mode how they were found: {@code hybrid}, {@code keyword}, {@code vector}, or {@code filter} without a question
 * @param degraded why less was done than asked for
 */
@RegisterForReflection
@Schema(name = "MemoryResults")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MemoryResults(
        String mode,
        List<Result> results,
        int count,
        @Nullable String degraded) {
    /**
     * An entry that was found.
     *
     * @param value left out, as {@code value_omitted} says, when the answer would be too large
     * @param score orders the results of one answer: BM25 by keyword, cosine by vector, rank fusion when hybrid
     * @param keywordScore BM25
     * @param vectorScore cosine
     */
    @RegisterForReflection
    @Schema(name = "MemoryResult")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            String namespace,
            String key,

            @Nullable @JsonRawValue @Schema(description = "Any JSON value")
            String value,

            @Nullable Boolean valueOmitted,
            @Nullable String text,

            @JsonRawValue @Schema(implementation = Object.class)
            String metadata,

            @Nullable Double score,
            @Nullable Double keywordScore,
            @Nullable Integer keywordRank,
            @Nullable Double vectorScore,
            @Nullable Integer vectorRank,
            long version,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant expiresAt) {
        static Result of(Row row, @Nullable Double score, FoundEntries.@Nullable Standing standing) {
            OffsetDateTime expires = row.getOffsetDateTime("expires_at");
            String value = row.getString("value");
            return new Result(
                    row.getString("name"),
                    row.getString("key"),
                    value,
                    value == null ? true : null,
                    row.getString("text"),
                    row.getString("metadata"),
                    score,
                    standing == null ? null : standing.keywordScore(),
                    standing == null ? null : standing.keywordRank(),
                    standing == null ? null : standing.vectorScore(),
                    standing == null ? null : standing.vectorRank(),
                    row.getLong("version"),
                    row.getOffsetDateTime("created_at").toInstant(),
                    row.getOffsetDateTime("updated_at").toInstant(),
                    expires == null ? null : expires.toInstant());
        }

        /** About its size as JSON. */
        long estimatedBytes() {
            return 500L + (value == null ? 0 : value.length()) + (text == null ? 0 : text.length()) + metadata.length();
        }
    }

    long estimatedBytes() {
        return results.stream().mapToLong(Result::estimatedBytes).sum();
    }
}
