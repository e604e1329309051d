package dev.evenkeel.knowledge.ingestion.extract;

import org.jspecify.annotations.Nullable;

/** A document that cannot be read; the message is for the person who sent it. */
public final class ExtractionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExtractionCode code;

    public ExtractionException(ExtractionCode code, String message) {
        this(code, message, null);
    }

    public ExtractionException(ExtractionCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ExtractionCode code() {
        return code;
    }
}
