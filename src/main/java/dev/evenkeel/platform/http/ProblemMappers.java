package dev.evenkeel.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.hibernate.validator.runtime.jaxrs.ResteasyReactiveViolationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.persistence.OptimisticLockException;
import jakarta.validation.ConstraintViolation;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser;

/** Turns every failure of a REST resource into a problem document; the one place where a failure meets HTTP. */
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response problem(ProblemException failure, RoutingContext context) {
        Problem problem = failure.problem();
        Response.ResponseBuilder response = document(problem, context);
        Duration retryAfter = failure.retryAfter();
        if (retryAfter != null) {
            response.header(HttpHeaders.RETRY_AFTER, Math.max(1, retryAfter.toSeconds()));
        }
        return response.build();
    }

    @ServerExceptionMapper
    Response http(WebApplicationException failure, RoutingContext context) {
        int status = failure.getResponse().getStatus();
        if (status < 400) {
            return failure.getResponse();
        }
        if (status >= 500) {
            return anything(failure, context);
        }
        Throwable cause = failure.getCause();
        if (failure instanceof NotFoundException && cause instanceof IllegalArgumentException) {
            return document(
                            Problem.of(ProblemType.BAD_REQUEST, "A parameter of the address has the wrong form."),
                            context)
                    .build();
        }
        if (cause instanceof JsonProcessingException json) {
            return malformed(json, context);
        }
        Response.ResponseBuilder response =
                document(Problem.ofStatus(status, ProblemType.ofStatus(status).title() + "."), context);
        failure.getResponse().getHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
                    && !name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
                values.forEach(value -> response.header(name, value));
            }
        });
        return response.build();
    }

    @ServerExceptionMapper
    Response mismatched(MismatchedInputException failure, RoutingContext context) {
        return malformed(failure, context);
    }

    @ServerExceptionMapper
    Response malformed(JsonProcessingException failure, RoutingContext context) {
        return document(JsonProblems.of(failure), context).build();
    }

    @ServerExceptionMapper
    Response violated(ResteasyReactiveViolationException failure, RoutingContext context) {
        List<Problem.FieldError> errors = failure.getConstraintViolations().stream()
                .map(violation -> new Problem.FieldError(field(violation), violation.getMessage()))
                .sorted(java.util.Comparator.comparing(Problem.FieldError::field))
                .collect(Collectors.toList());
        return document(Problem.invalid(errors), context).build();
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException failure, RoutingContext context) {
        return document(Problem.of(ProblemType.FORBIDDEN, "This needs a permission that you do not have."), context)
                .build();
    }

    @ServerExceptionMapper
    Response unauthorized(UnauthorizedException failure, RoutingContext context) {
        return document(Problem.of(ProblemType.UNAUTHENTICATED, "Send a valid bearer token."), context)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }

    @ServerExceptionMapper
    Response changedMeanwhile(OptimisticLockException failure, RoutingContext context) {
        return document(Problem.of(ProblemType.CONFLICT, "It was changed by somebody else; read it again."), context)
                .build();
    }

    @ServerExceptionMapper
    Response brokenBody(IOException failure, HttpServerRequest request, RoutingContext context) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        // A connection to the database that breaks is an IOException too.
        if (type != null && type.startsWith("multipart/") && DatabaseFailures.translate(failure) == null) {
            return document(Problem.of(ProblemType.BAD_REQUEST, "The multipart body is broken."), context)
                    .build();
        }
        return anything(failure, context);
    }

    @ServerExceptionMapper
    Response malformedPart(MultipartParser.MalformedMessageException failure, RoutingContext context) {
        return document(Problem.of(ProblemType.BAD_REQUEST, "The multipart body is broken."), context)
                .build();
    }

    @ServerExceptionMapper
    Response anything(Throwable failure, RoutingContext context) {
        ProblemException translated = DatabaseFailures.translate(failure);
        if (translated != null) {
            LOG.debug("Answered as unavailable or conflicting", failure);
            return problem(translated, context);
        }
        if (hasTooManyParts(failure)) {
            return document(Problem.of(ProblemType.BAD_REQUEST, "The form has too many parts."), context)
                    .build();
        }
        LOG.errorf(failure, "Request %s failed", RequestIds.of(context));
        return document(
                        Problem.of(
                                ProblemType.INTERNAL,
                                "The request id helps whoever runs this service to find out why."),
                        context)
                .build();
    }

    /** The parser of forms has no exception of its own for it. */
    private static boolean hasTooManyParts(Throwable failure) {
        return failure.getClass() == RuntimeException.class
                && String.valueOf(failure.getMessage()).startsWith("Param limit of ");
    }

    private static Response.ResponseBuilder document(Problem problem, RoutingContext context) {
        ProblemForm.Answer answer = ProblemForm.chosen(context, problem);
        if (answer != null) {
            return Response.status(answer.status())
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(answer.json().getBytes(StandardCharsets.UTF_8));
        }
        return Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .entity(problem.withRequestId(RequestIds.of(context)));
    }

    /** The dotted path without the method and parameter names of the resource. */
    private static String field(ConstraintViolation<?> violation) {
        String path = StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .skip(2)
                .map(Object::toString)
                .collect(Collectors.joining("."));
        if (!path.isEmpty()) {
            return JsonProblems.snakeCase(path);
        }
        return StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .reduce((first, second) -> second)
                .map(node -> JsonProblems.snakeCase(String.valueOf(node.getName())))
                .orElse("body");
    }
}
