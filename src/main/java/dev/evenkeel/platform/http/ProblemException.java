package dev.evenkeel.platform.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the caller is told about as an RFC 9457 problem document. The detail must be fit for the caller: no
 * class name, no SQL, no secret.
 */
public class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient @Nullable Duration retryAfter;

    public ProblemException(Problem problem, @Nullable Duration retryAfter) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    private ProblemException(ProblemType type, String detail) {
        this(Problem.of(type, detail), null);
    }

    /** 400: the request cannot be understood. */
    public static ProblemException badRequest(String detail) {
        return new ProblemException(ProblemType.BAD_REQUEST, detail);
    }

    /** 400: one field of the request is not acceptable. */
    public static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.invalid(List.of(new Problem.FieldError(field, message))), null);
    }

    /** 403: the caller is known, but this is not for them. */
    public static ProblemException forbidden(String detail) {
        return new ProblemException(ProblemType.FORBIDDEN, detail);
    }

    /** 404: there is no such thing, or the caller may not see it. */
    public static ProblemException notFound(String what) {
        return new ProblemException(ProblemType.NOT_FOUND, "There is no such " + what + ".");
    }

    /** 409: the request contradicts the present state. */
    public static ProblemException conflict(String detail) {
        return new ProblemException(ProblemType.CONFLICT, detail);
    }

    /** 412: the resource is not in the version that the caller expects. */
    public static ProblemException preconditionFailed(String detail) {
        return new ProblemException(ProblemType.PRECONDITION_FAILED, detail);
    }

    /** 413: the body is larger than allowed here. */
    public static ProblemException tooLarge(String detail) {
        return new ProblemException(ProblemType.TOO_LARGE, detail);
    }

    /** 415: the media type or file type is not supported. */
    public static ProblemException unsupportedType(String detail) {
        return new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    /** 422: understood, but it contradicts an earlier request (for example a reused idempotency key). */
    public static ProblemException unprocessable(String detail) {
        return new ProblemException(ProblemType.UNPROCESSABLE, detail);
    }

    /** 503 with Retry-After: this service has too much to do. */
    public static ProblemException overloaded(String detail, Duration retryAfter) {
        return new ProblemException(Problem.of(ProblemType.OVERLOADED, detail), retryAfter);
    }

    /** 503 with Retry-After: something that this service needs is not there. */
    public static ProblemException unavailable(String detail, Duration retryAfter) {
        return new ProblemException(Problem.of(ProblemType.UNAVAILABLE, detail), retryAfter);
    }

    public Problem problem() {
        return problem;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
