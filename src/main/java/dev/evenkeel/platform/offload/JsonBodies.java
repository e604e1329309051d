package dev.evenkeel.platform.offload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.http.JsonProblems;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON that may be large: above 64 kB on a worker, so that no event loop stands still. */
@ApplicationScoped
public class JsonBodies {
    /** Below this many bytes (de)serialising costs less than handing over to a worker. */
    static final int INLINE_BYTES = 64 * 1024;

    private final ObjectMapper mapper;
    private final Validator validator;
    private final Offload offload;

    JsonBodies(ObjectMapper mapper, Validator validator, Offload offload) {
        this.mapper = mapper;
        this.validator = validator;
        this.offload = offload;
    }

    /**
     * Reads and validates a body.
     *
     * @throws ProblemException (as failure) 400 when it is missing, no JSON, or not valid
     */
    public <T> Uni<T> read(byte @Nullable [] body, Class<T> type) {
        if (body == null || body.length == 0) {
            return Uni.createFrom().failure(ProblemException.badRequest("A JSON body is required."));
        }
        return body.length <= INLINE_BYTES
                ? Uni.createFrom().item(() -> parse(body, type))
                : offload.interactive(() -> parse(body, type));
    }

    /** An answer whose JSON is about as large as said. */
    public Uni<Response> write(Object answer, long estimatedBytes) {
        return writeBuilt(() -> answer, estimatedBytes);
    }

    /** The same of an answer that takes as long to build as to write. */
    public Uni<Response> writeBuilt(Supplier<?> answer, long estimatedBytes) {
        Uni<byte[]> bytes = estimatedBytes <= INLINE_BYTES
                ? Uni.createFrom().item(() -> serialise(answer.get()))
                : offload.interactive(() -> serialise(answer.get()));
        return bytes.map(
                json -> Response.ok(json).type(MediaType.APPLICATION_JSON_TYPE).build());
    }

    private byte[] serialise(Object answer) {
        try {
            return mapper.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The answer cannot be written as JSON", e);
        }
    }

    private <T> T parse(byte[] body, Class<T> type) {
        T value;
        try {
            value = mapper.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new ProblemException(JsonProblems.of(e), null);
        } catch (IOException e) {
            throw ProblemException.badRequest("The body is not JSON.");
        }
        if (value == null) {
            throw ProblemException.badRequest("A JSON object is required.");
        }
        Set<ConstraintViolation<T>> violations = validator.validate(value);
        if (!violations.isEmpty()) {
            List<Problem.FieldError> errors = violations.stream()
                    .map(violation -> new Problem.FieldError(
                            JsonProblems.snakeCase(violation.getPropertyPath().toString()), violation.getMessage()))
                    .sorted(Comparator.comparing(Problem.FieldError::field))
                    .toList();
            throw new ProblemException(Problem.invalid(errors), null);
        }
        return value;
    }
}
