package dev.evenkeel.knowledge;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * New text for a document.
 *
 * @param content the whole text
 * @param documentType when it is another than before
 */
public record NewContent(
        @NotNull String content,
        @Size(min = 1, max = 40) @Nullable String documentType) {}
