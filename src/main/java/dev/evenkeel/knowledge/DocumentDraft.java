package dev.evenkeel.knowledge;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document about to be stored.
 *
 * @param contentHash SHA-256 of its bytes
 */
public record DocumentDraft(
        String title,
        @Nullable String sourcePath,
        String documentType,
        byte[] contentHash,
        long sizeBytes,
        Map<String, Object> metadata) {}
