package dev.evenkeel.knowledge;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A collection to be created.
 *
 * @param name unique whatever its case, 1 to 255 characters
 * @param description for people
 * @param language how words are reduced to their stems, for example {@code english}; {@code simple} keeps them as they are
 * @param keepOriginal whether the bytes of documents are kept after they were indexed (needed to read them back and to
 *     index them again); true when absent
 * @param embeddingModel the name of an embedding model, or {@code none} for search by keyword alone; the default one when
 *     absent
 * @param contextualHeader whether title and headings are embedded with each passage; true when absent
 * @param chunking how its documents are cut
 */
public record NewCollection(
        @NotBlank @Size(max = 255) String name,
        @Size(max = 4000) @Nullable String description,
        @Size(max = 63) @Nullable String language,
        @Nullable Boolean keepOriginal,
        @Size(max = 100) @Nullable String embeddingModel,
        @Nullable Boolean contextualHeader,
        @Valid @Nullable Chunking chunking) {
    /** A collection with the usual settings. */
    public static NewCollection named(String name, @Nullable String description) {
        return new NewCollection(name, description, null, null, null, null, null);
    }
}
