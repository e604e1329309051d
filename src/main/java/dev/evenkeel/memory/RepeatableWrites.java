package dev.evenkeel.memory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Idempotency;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;

/** Writes that carry an idempotency key: their answer is kept in their own transaction and given again to a repetition. */
@ApplicationScoped
class RepeatableWrites {
    /** The answer is kept as a whole, so it must stay small. */
    static final int MAX_ITEMS = 1_000;

    private static final int STATUS_OK = 200;

    private final Database database;
    private final Idempotency idempotency;
    private final Offload offload;
    private final ObjectMapper mapper;

    RepeatableWrites(Database database, Idempotency idempotency, Offload offload, ObjectMapper mapper) {
        this.database = database;
        this.idempotency = idempotency;
        this.offload = offload;
        this.mapper = mapper;
    }

    /**
     * Does the work, unless it was done under this key before.
     *
     * @param route the operation with its namespace
     * @param items of the request
     * @throws ProblemException (as failure) 400 with more than 1,000 items, 422 when the key was used with another body
     */
    Uni<JsonObject> once(
            Caller caller,
            String route,
            String key,
            byte[] body,
            int items,
            Function<SqlConnection, ? extends Uni<?>> work) {
        if (items > MAX_ITEMS) {
            throw ProblemException.invalid(
                    Idempotency.HEADER, "goes with at most " + MAX_ITEMS + " items in one request");
        }
        return offload.interactive(() -> sha256(body)).chain(hash -> {
            var request = new Idempotency.Request(caller.getName(), route, key, hash);
            return database.writeSql(tx -> idempotency.once(
                            tx,
                            request,
                            () -> work.apply(tx)
                                    .chain(done -> offload.interactive(() -> json(done)))
                                    .map(answer -> new Idempotency.Answer(STATUS_OK, null, answer, false))))
                    .map(Idempotency.Answer::body);
        });
    }

    private JsonObject json(Object value) {
        try {
            return new JsonObject(mapper.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
