package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.evenkeel.platform.search.vector.Metric;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Requests and answers about collections of vectors. */
public final class VectorRequests {
    static final int MAX_K = 1_000;
    static final int DEFAULT_K = 10;

    private VectorRequests() {}

    /** What a collection holds; fixed when it is made. */
    @Schema(name = "VectorCollectionSettings")
    public record Settings(
            @Min(1) @Max(SearchDataRules.MAX_DIMENSION) int dimension,
            @NotNull Metric metric) {}

    /**
     * A collection.
     *
     * @param vectors in it that have not expired
     */
    @RegisterForReflection
    @Schema(name = "VectorCollection")
    public record View(String name, int dimension, Metric metric, long vectors, Instant createdAt) {}

    /** Vectors to be stored together, no two of them with the same id; what is there is replaced. */
    @Schema(name = "VectorUpsert")
    public record Upsert(@NotNull List<@NotNull @Valid NewVector> items) {}

    /**
     * A vector to be stored.
     *
     * @param id 1 to 1,024 bytes
     * @param metadata an object that searches can filter by
     * @param ttlS seconds to live; 0 or left out for ever
     */
    @Schema(name = "NewVector")
    public record NewVector(
            @NotNull String id,

            @NotNull @JsonDeserialize(using = VectorReader.class)
            float[] vector,

            @Nullable JsonText metadata,

            @Nullable @Min(0) @Max(NamespaceSettings.MAX_SECONDS) Long ttlS) {}

    /** How many vectors were stored, and how many of them under a new id. */
    @RegisterForReflection
    @Schema(name = "VectorsStored")
    public record Stored(int stored, int created) {}

    /** One vector. */
    @RegisterForReflection
    @Schema(name = "StoredVector")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Item(
            String id,
            float[] vector,

            @JsonRawValue @Schema(implementation = Object.class)
            String metadata,

            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant expiresAt) {}

    /**
     * What is looked for.
     *
     * @param k most results, 1 to 1,000, default 10
     * @param filter a condition on metadata
     */
    @Schema(name = "VectorSearch")
    public record Search(
            @NotNull @JsonDeserialize(using = VectorReader.class)
            float[] vector,

            @Nullable @Min(1) @Max(MAX_K) Integer k,
            @Nullable @Schema(type = SchemaType.OBJECT) JsonNode filter) {
        @Schema(hidden = true)
        int kOrDefault() {
            return k == null ? DEFAULT_K : k;
        }
    }

    /** The nearest vectors, nearest first; equally near ones by id. */
    @RegisterForReflection
    @Schema(name = "NearestVectors")
    public record Results(Metric metric, List<Result> results) {}

    /**
     * A vector near the one in question.
     *
     * @param score the cosine or the inner product, the higher the nearer; of l2 the distance, the lower the nearer
     */
    @RegisterForReflection
    @Schema(name = "NearestVector")
    public record Result(
            String id,
            double score,

            @JsonRawValue @Schema(implementation = Object.class)
            String metadata) {}
}
