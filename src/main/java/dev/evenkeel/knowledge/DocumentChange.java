package dev.evenkeel.knowledge;

import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to change in a document's description; absent fields stay. Its content is replaced by a request of its own. */
public record DocumentChange(
        @Size(min = 1, max = 500) @Nullable String title,
        @Size(min = 1, max = 1024) @Nullable String sourcePath,
        @Size(max = 200) @Nullable Map<String, Object> metadata) {}
