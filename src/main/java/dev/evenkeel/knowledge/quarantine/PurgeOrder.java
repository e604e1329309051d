package dev.evenkeel.knowledge.quarantine;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be purged from quarantine.
 *
 * @param collectionId of this collection alone; without it, everything within reach
 * @param olderThanDays only what has been held for at least so many days; 0 for all, which has to be said
 * @param dryRun only count
 */
public record PurgeOrder(
        @Nullable UUID collectionId,
        @NotNull @Min(0) @Max(36_500) Integer olderThanDays,
        @Nullable Boolean dryRun) {
    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }
}
