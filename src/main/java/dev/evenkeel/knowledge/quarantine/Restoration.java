package dev.evenkeel.knowledge.quarantine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.UploadResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of content that was to be restored.
 *
 * @param state the document's state: {@code queued}, {@code quarantined} when another rule refuses it, or {@code expanded} for an
 *     archive, whose files have been taken in place of it
 * @param jobId the job that will index it
 * @param rule the rule that holds it now; restoring it again waives that one too
 * @param found what that rule has found
 * @param files what became of the files of an archive
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Restoration(
        UUID documentId,
        String state,
        @Nullable UUID jobId,
        @Nullable String rule,
        @Nullable String found,
        @Nullable List<UploadResult.Item> files) {
    /** What was held is no document any more. */
    static final String EXPANDED = "expanded";
}
