package dev.evenkeel.knowledge;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document about to be stored.
 *
 * @param titleGiven whether the client named it; a title that was found keeps none of a known document from standing
 * @param contentHash SHA-256 of its bytes
 */
public record DocumentDraft(
        String title,
        boolean titleGiven,
        @Nullable String sourcePath,
        String documentType,
        byte[] contentHash,
        long sizeBytes,
        Map<String, Object> metadata) {}
