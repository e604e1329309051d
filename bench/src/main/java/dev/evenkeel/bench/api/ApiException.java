package dev.evenkeel.bench.api;

/** The service answered, but not with success. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public ApiException(int status, String body) {
        super("status " + status + ": " + body);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
