package dev.evenkeel.platform.http;

/** The kinds of problem a client can meet; the URI of a kind never changes. */
public enum ProblemType {
    BAD_REQUEST(400, "bad-request", "The request cannot be understood"),
    VALIDATION(400, "validation", "The request is not valid"),
    UNAUTHENTICATED(401, "unauthenticated", "Sign in first"),
    FORBIDDEN(403, "forbidden", "Not allowed"),
    NOT_FOUND(404, "not-found", "Not found"),
    MODULE_DISABLED(404, "module-disabled", "This module is switched off here"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
    NOT_ACCEPTABLE(406, "not-acceptable", "No acceptable representation"),
    CONFLICT(409, "conflict", "The present state does not allow this"),
    QUOTA_EXCEEDED(409, "quota-exceeded", "A quota is reached"),
    LENGTH_REQUIRED(411, "length-required", "Content-Length is required"),
    PRECONDITION_FAILED(412, "precondition-failed", "The resource has changed"),
    TOO_LARGE(413, "too-large", "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "Unsupported media type"),
    UNPROCESSABLE(422, "unprocessable", "The request contradicts an earlier one"),
    PRECONDITION_REQUIRED(428, "precondition-required", "If-Match is required"),
    RATE_LIMITED(429, "rate-limited", "Too many requests"),
    INTERNAL(500, "internal", "Something went wrong here"),
    OVERLOADED(503, "overloaded", "Too busy"),
    UNAVAILABLE(503, "unavailable", "Temporarily unavailable");

    private final int status;
    private final String uri;
    private final String title;

    ProblemType(int status, String name, String title) {
        this.status = status;
        this.uri = "urn:evenkeel:problem:" + name;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String uri() {
        return uri;
    }

    public String title() {
        return title;
    }

    /** Whether another kind stands for the same status when nothing more is known. */
    private boolean isSpecial() {
        return this == MODULE_DISABLED || this == VALIDATION || this == QUOTA_EXCEEDED;
    }

    /** The kind that stands for a plain HTTP status; client errors without a kind of their own are bad requests. */
    public static ProblemType ofStatus(int status) {
        for (ProblemType type : values()) {
            if (type.status == status && !type.isSpecial()) {
                return type;
            }
        }
        return status >= 500 ? INTERNAL : BAD_REQUEST;
    }
}
