package dev.evenkeel.platform.jobs;

import org.jspecify.annotations.Nullable;

/** The job can never succeed: it becomes a dead letter at once. */
public final class PermanentFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * @param code a stable name of the reason, for programs
     * @param message the reason, for a person; no class name, no SQL
     */
    public PermanentFailure(String code, String message) {
        this(code, message, null);
    }

    public PermanentFailure(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
