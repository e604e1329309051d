package dev.evenkeel.mcp;

import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.JsonProblems;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkiverse.mcp.server.JsonRpcErrorCodes;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.persistence.OptimisticLockException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A failure as an agent is told it: what was wrong, and what to do next.
 *
 * @param code of JSON-RPC, for what is not a tool
 */
record FailureText(String message, int code) {
    /** What to do when something is not found, by the word that the detail ends with. */
    private static final List<String> KINDS = List.of("document", "collection", "job", "token");

    /** The text for what the caller can act on, null for a defect. */
    static @Nullable FailureText of(Throwable failure) {
        if (failure instanceof ConstraintViolationException violated) {
            return new FailureText(violations(violated), JsonRpcErrorCodes.INVALID_PARAMS);
        }
        if (failure instanceof ForbiddenException || failure instanceof UnauthorizedException) {
            return new FailureText("This needs a permission that you do not have.", JsonRpcErrorCodes.SECURITY_ERROR);
        }
        if (failure instanceof OptimisticLockException) {
            return new FailureText(
                    "It was changed by somebody else meanwhile; call again.", JsonRpcErrorCodes.INTERNAL_ERROR);
        }
        ProblemException problem = DatabaseFailures.translate(failure);
        return problem == null ? null : of(problem);
    }

    static FailureText internal(@Nullable String requestId) {
        return new FailureText(
                "Internal error; the request id " + requestId + " helps whoever runs this service to find out why.",
                JsonRpcErrorCodes.INTERNAL_ERROR);
    }

    private static FailureText of(ProblemException failure) {
        Problem problem = failure.problem();
        List<Problem.FieldError> errors = problem.errors();
        StringBuilder text = new StringBuilder(problem.detail());
        if (errors != null && errors.size() > 1) {
            errors.forEach(
                    error -> text.append(' ').append(error.field()).append(": ").append(error.message()));
        }
        if (problem.status() == 404) {
            KINDS.stream()
                    .filter(kind -> problem.detail().endsWith(" " + kind + "."))
                    .forEach(kind ->
                            text.append(" Find ids with ").append(listOf(kind)).append('.'));
        }
        Duration retryAfter = failure.retryAfter();
        if (retryAfter != null) {
            text.append(" Try again in ")
                    .append(Math.max(1, retryAfter.toSeconds()))
                    .append(" s.");
        }
        return new FailureText(text.toString(), code(problem.status()));
    }

    private static String listOf(String kind) {
        return switch (kind) {
            case "job" -> "job_list";
            case "token" -> "list_collection_access_tokens";
            default -> "list_" + kind + "s";
        };
    }

    private static int code(int status) {
        return switch (status) {
            case 404 -> JsonRpcErrorCodes.RESOURCE_NOT_FOUND;
            case 403 -> JsonRpcErrorCodes.SECURITY_ERROR;
            case 400 -> JsonRpcErrorCodes.INVALID_PARAMS;
            default -> JsonRpcErrorCodes.INTERNAL_ERROR;
        };
    }

    private static String violations(ConstraintViolationException failure) {
        return failure.getConstraintViolations().stream()
                .map(violation -> argument(violation) + ": " + violation.getMessage())
                .sorted()
                .collect(Collectors.joining("; "));
    }

    /** The path without the name of the method. */
    private static String argument(ConstraintViolation<?> violation) {
        return StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .skip(1)
                .map(Path.Node::toString)
                .map(JsonProblems::snakeCase)
                .collect(Collectors.joining("."));
    }
}
