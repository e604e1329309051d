package dev.evenkeel.knowledge;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * New text for a document, and in the same step what else changes with it; absent fields stay.
 *
 * @param content the whole text
 * @param documentType when it is another than before
 * @param title when it is another than before
 * @param metadata replaces what was there
 */
public record NewContent(
        @NotNull String content,
        @Size(min = 1, max = 40) @Nullable String documentType,
        @Size(min = 1, max = 500) @Nullable String title,
        @Size(max = 200) @Nullable Map<String, Object> metadata) {}
