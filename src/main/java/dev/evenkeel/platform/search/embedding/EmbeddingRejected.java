package dev.evenkeel.platform.search.embedding;

/** The model will not embed this, however often it is asked. */
public final class EmbeddingRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddingRejected(String message) {
        super(message, null, false, false);
    }
}
