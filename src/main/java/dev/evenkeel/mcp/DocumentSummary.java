package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.DocumentView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A document in a list: what is needed to choose one. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DocumentSummary(
        UUID id,
        String title,
        UUID collectionId,
        String collectionName,
        @Nullable String sourcePath,
        String documentType,
        String state,
        int chunkCount,
        long tokenCount,
        DocumentView.@Nullable ErrorView error,
        @Nullable UUID jobId,
        Instant updatedAt) {
    static DocumentSummary of(DocumentView view) {
        return new DocumentSummary(
                view.id(),
                view.title(),
                view.collectionId(),
                view.collectionName(),
                view.sourcePath(),
                view.documentType(),
                view.state(),
                view.chunkCount(),
                view.tokenCount(),
                view.error(),
                view.jobId(),
                view.updatedAt());
    }
}
