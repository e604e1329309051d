package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a text that was stored.
 *
 * @param duplicate whether the same content was there already; nothing was stored then
 * @param state the document's state now
 * @param jobId the job that still works on it
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AcceptedDocument(
        UUID id,
        UUID collectionId,
        String title,
        @Nullable String sourcePath,
        String documentType,
        String state,
        int revision,
        boolean duplicate,
        String contentHash,
        long sizeBytes,
        @Nullable Integer chunkCount,
        @Nullable Long tokenCount,
        @Nullable UUID jobId) {}
