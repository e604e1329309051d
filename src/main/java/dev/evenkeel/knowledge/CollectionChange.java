package dev.evenkeel.knowledge;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What is to change in a collection; absent fields stay.
 *
 * @param embeddingModel another embedding model, {@code none} or {@code default}: a job makes the vectors, and the collection
 *     is searched by those it has until all are there
 * @param contextualHeader whether title and headings are embedded with each passage; a job makes the vectors anew
 */
public record CollectionChange(
        @Size(min = 1, max = 255) @Nullable String name,
        @Size(max = 4000) @Nullable String description,
        @Nullable Boolean keepOriginal,
        @Size(max = 100) @Nullable String embeddingModel,
        @Nullable Boolean contextualHeader,
        @Valid @Nullable Chunking chunking) {}
