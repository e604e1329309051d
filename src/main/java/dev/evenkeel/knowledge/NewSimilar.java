package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.runtime.annotations.RegisterForReflection;
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
 * What is wanted of a search for what resembles a document. Parameters mean what they mean in a search.
 *
 * @param chunkId only this chunk of the document is compared, and chunks of the document are found too; without it the document
 *     as a whole, and documents are found, with their best chunks
 * @param mode {@code vector} (by meaning) or {@code keyword} (by its most telling words); without it by meaning if it has vectors
 * @param limit most documents, or with {@code chunk_id} most chunks, 1 to 100, default 10
 * @param groupSize most chunks of each document found, 1 to 20, default 1
 */
@RegisterForReflection
public record NewSimilar(
        @Nullable UUID chunkId,
        @Nullable Mode mode,
        @Size(min = 1, max = 100) @Nullable List<@NotNull UUID> collectionIds,

        @Min(1) @Max(100) @JsonAlias({"top_k", "max_results"}) @Nullable Integer limit,

        @Min(0) @Max(NewSearch.DEEPEST - 1) @Nullable Integer offset,

        @Min(1) @Max(20) @Nullable Integer groupSize,
        @Min(0) @Max(5) @Nullable Integer neighbours,

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
        @Nullable Instant updatedBefore) {
    /** What resembles a document, or a chunk of it, by whatever it can be compared by. */
    public static NewSimilar of(@Nullable UUID chunkId, @Nullable List<UUID> collectionIds, int limit, int maxTokens) {
        return new NewSimilar(
                chunkId,
                null,
                collectionIds,
                limit,
                null,
                null,
                null,
                null,
                maxTokens,
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

    /** How likeness is judged. */
    public enum Mode {
        /** By meaning (cosine of embeddings). */
        vector,
        /** By its most telling words (BM25). */
        keyword
    }

    /**
     * The same as a search.
     *
     * @throws ProblemException 400 when two parameters contradict each other
     */
    NewSearch asSearch() {
        if (chunkId != null && groupSize != null) {
            throw ProblemException.invalid("group_size", "does not go with chunk_id");
        }
        boolean grouped = chunkId == null;
        NewSearch search = NewSearch.of("")
                .collectionIds(collectionIds)
                .limit(limit)
                .offset(offset)
                .groupBy(grouped ? NewSearch.GroupBy.document : null)
                .groupSize(grouped && groupSize == null ? Integer.valueOf(1) : groupSize)
                .neighbours(neighbours)
                .minScore(minScore)
                .maxTokens(maxTokens)
                .filter(filter)
                .documentIds(documentIds)
                .documentTypes(documentTypes)
                .pathPrefix(pathPrefix)
                .tags(tags)
                .createdFrom(createdFrom)
                .createdBefore(createdBefore)
                .updatedFrom(updatedFrom)
                .updatedBefore(updatedBefore)
                .build();
        search.requireConsistent();
        return search;
    }
}
