package dev.evenkeel.platform.search.embedding.model2vec;

/** The files of a model cannot be used; the message says why, for a person, and names no path outside of the folder. */
public final class ModelFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelFileException(String message) {
        super(message);
    }

    ModelFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
