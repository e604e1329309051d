package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a restore does, or in a dry run would do.
 *
 * @param jobId its job, to follow or cancel it by
 * @param state that of its job
 * @param collectionId the collection, from the moment on in which it is there
 * @param name of the collection
 * @param embeddingModel the one that the collection gets here
 * @param conflicts what is not here as it was there
 * @param documents taken so far
 * @param bytes of these documents
 * @param skipped the first 1,000 that could not be taken
 * @param skippedTotal all of them
 * @param error why it failed
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestoreReport(
        UUID id,
        UUID jobId,
        String state,
        boolean dryRun,
        @Nullable UUID collectionId,
        String name,
        String embeddingModel,
        Archive archive,
        Limits limits,
        List<Conflict> conflicts,
        int documents,
        long bytes,
        List<Skipped> skipped,
        int skippedTotal,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    /**
     * What the archive says of itself.
     *
     * @param format version of its format
     * @param createdAt when it was begun
     * @param sizeBytes of the file
     * @param documents that are in it
     * @param unpackedBytes of all that is in it
     * @param complete whether it has all that the collection had; absent where the archive does not say
     * @param leftOut documents that are not in it as they were, each with its reason below {@code left-out/}
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Archive(
            int format,
            @Nullable String createdAt,
            long sizeBytes,
            int documents,
            long unpackedBytes,
            @Nullable Boolean complete,
            int leftOut) {}

    /** What may be restored here. */
    @RegisterForReflection
    public record Limits(int documents, long unpackedBytes) {}

    /**
     * Something that stands in the way, or is replaced.
     *
     * @param kind {@code name_taken}, {@code embedding_model_unknown} or {@code archive_incomplete}
     */
    @RegisterForReflection
    public record Conflict(String kind, String detail) {}

    /** A document of the archive that is not in the collection, and why. */
    @RegisterForReflection
    public record Skipped(String path, String reason) {}
}
