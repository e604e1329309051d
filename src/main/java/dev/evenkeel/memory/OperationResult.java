package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a transaction has done.
 *
 * @param version of the entry after a put or a check; absent when there is none
 * @param created for a put: whether there was no such entry
 * @param deleted for a deletion: whether there was one
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperationResult(
        EntryOperation.Kind op,
        String key,
        @Nullable Long version,
        @Nullable Boolean created,
        @Nullable Boolean deleted,
        @Nullable Instant expiresAt) {}
