package dev.evenkeel.memory;

import dev.evenkeel.platform.http.ProblemException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace does with its entries; what is left out is unlimited, or off.
 *
 * @param defaultTtlS seconds that an entry lives when its write does not say
 * @param sliding whether reading an entry renews its time to live, when its write does not say
 * @param maxEntries most entries
 * @param maxBytes most bytes of keys and values
 * @param maxValueBytes largest value in bytes of JSON
 * @param eviction what happens when a quota is reached; {@code none} when left out
 * @param history whether every change is kept
 * @param historyRetentionS seconds that a change is kept
 */
public record NamespaceSettings(
        @Nullable @Min(1) @Max(MAX_SECONDS) Long defaultTtlS,
        @Nullable Boolean sliding,
        @Nullable @Min(1) Long maxEntries,
        @Nullable @Min(1) Long maxBytes,
        @Nullable @Min(1) Integer maxValueBytes,
        @Nullable Eviction eviction,
        @Nullable Boolean history,
        @Nullable @Min(1) @Max(MAX_SECONDS) Long historyRetentionS) {
    /** A century. */
    static final long MAX_SECONDS = 3_155_760_000L;

    @Schema(hidden = true)
    Eviction evictionOrDefault() {
        return eviction == null ? Eviction.none : eviction;
    }

    /** Settings that contradict each other. */
    void check() {
        if (evictionOrDefault() == Eviction.lru && maxEntries == null && maxBytes == null) {
            throw ProblemException.invalid("eviction", "needs max_entries or max_bytes");
        }
        if (historyRetentionS != null && !Boolean.TRUE.equals(history)) {
            throw ProblemException.invalid("history_retention_s", "needs history");
        }
    }
}
