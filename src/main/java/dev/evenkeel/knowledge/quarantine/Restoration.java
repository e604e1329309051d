package dev.evenkeel.knowledge.quarantine;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of content that was to be restored.
 *
 * @param state the document's state: {@code queued}, or {@code quarantined} when another rule refuses it
 * @param jobId the job that will index it
 * @param rule the rule that holds it now; restoring it again waives that one too
 * @param found what that rule has found
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Restoration(
        UUID documentId,
        String state,
        @Nullable UUID jobId,
        @Nullable String rule,
        @Nullable String found) {}
