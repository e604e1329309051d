package dev.evenkeel.knowledge;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document that comes as text.
 *
 * @param title for people; taken from the text or the path when absent
 * @param content the whole text
 * @param sourcePath where it comes from; a document of the same path in the collection is replaced
 * @param documentType for example {@code markdown}, {@code text}, {@code python}; guessed from the path, else markdown
 * @param metadata any JSON object
 */
public record NewDocument(
        @Size(min = 1, max = 500) @Nullable String title,
        @NotNull String content,
        @Size(min = 1, max = 1024) @Nullable String sourcePath,
        @Size(min = 1, max = 40) @Nullable String documentType,
        @Size(max = 200) @Nullable Map<String, Object> metadata) {}
