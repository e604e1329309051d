package dev.evenkeel.memory;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * An entry to be stored.
 *
 * @param value any JSON value, null included
 * @param ttlS seconds to live; 0 for ever; left out for the namespace's default
 * @param sliding whether reading renews them; left out for the namespace's default
 */
public record NewEntry(
        @NotNull String key,
        @NotNull JsonText value,

        @Nullable @Min(0) @Max(NamespaceSettings.MAX_SECONDS) Long ttlS,

        @Nullable Boolean sliding) {}
