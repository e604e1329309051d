package dev.evenkeel.knowledge;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What is to change in a collection; absent fields stay. */
public record CollectionChange(
        @Size(min = 1, max = 255) @Nullable String name,
        @Size(max = 4000) @Nullable String description,
        @Nullable Boolean keepOriginal,
        @Valid @Nullable Chunking chunking) {}
