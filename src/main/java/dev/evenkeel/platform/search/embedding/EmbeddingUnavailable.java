package dev.evenkeel.platform.search.embedding;

import java.time.Duration;

/** The model cannot be asked now. */
public final class EmbeddingUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    EmbeddingUnavailable(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    /** When to ask again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
