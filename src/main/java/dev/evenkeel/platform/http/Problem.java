package dev.evenkeel.platform.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param type a stable URI of the kind of problem
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail what was wrong this time, for a person
 * @param requestId the request's id, as in the {@code X-Request-Id} header
 * @param errors for an invalid request: which fields, and why
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String requestId,
        @Nullable List<FieldError> errors) {
    public static final String MEDIA_TYPE = "application/problem+json";

    /** One field that is not acceptable; {@code field} is a dotted path. */
    @RegisterForReflection
    public record FieldError(String field, String message) {}

    public static Problem of(ProblemType type, String detail) {
        return new Problem(type.uri(), type.title(), type.status(), detail, null, null);
    }

    /** Any status of HTTP, also one without a kind of its own. */
    public static Problem ofStatus(int status, String detail) {
        ProblemType type = ProblemType.ofStatus(status);
        return new Problem(type.uri(), type.title(), status, detail, null, null);
    }

    public static Problem invalid(List<FieldError> errors) {
        ProblemType type = ProblemType.VALIDATION;
        String detail = errors.size() == 1
                ? errors.get(0).field() + ": " + errors.get(0).message()
                : errors.size() + " fields are not valid.";
        return new Problem(type.uri(), type.title(), type.status(), detail, null, errors);
    }

    /** The same problem, with what is wrong where. */
    public Problem withErrors(List<FieldError> fieldErrors) {
        return new Problem(type, title, status, detail, requestId, fieldErrors);
    }

    public Problem withRequestId(@Nullable String id) {
        return new Problem(type, title, status, detail, id, errors);
    }
}
