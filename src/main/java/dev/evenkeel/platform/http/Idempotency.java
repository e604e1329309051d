package dev.evenkeel.platform.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a POST repeatable: the answer is stored under the caller's key in the transaction that creates the resource, so
 * that a repetition gets the first answer and creates nothing. Keys are kept for a day.
 */
@ApplicationScoped
public class Idempotency {
    public static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    /**
     * One request that may be a repetition.
     *
     * @param principal who calls
     * @param route the operation, so that one key may serve several operations
     * @param key the caller's key, or null when the request carries none
     * @param requestHash SHA-256 of what identifies the request
     */
    public record Request(
            String principal, String route, @Nullable String key, byte[] requestHash) {
        public Request {
            if (key != null && (key.isBlank() || key.length() > MAX_LENGTH)) {
                throw ProblemException.invalid(HEADER, "must have 1 to " + MAX_LENGTH + " characters");
            }
        }
    }

    /** An answer that can be given again. */
    public record Answer(int status, @Nullable String location, JsonObject body, boolean replayed) {
        public static Answer created(String location, JsonObject body) {
            return new Answer(201, location, body, false);
        }
    }

    /**
     * Runs the work and stores its answer, or gives the stored answer.
     *
     * @throws ProblemException (as failure) 422 when the key was used with another request
     */
    public Uni<Answer> once(SqlConnection tx, Request request, Supplier<Uni<Answer>> work) {
        if (request.key() == null) {
            return work.get();
        }
        // A concurrent request with the same key waits here for the first one's commit.
        return tx.preparedQuery("""
                        insert into idempotency_key (principal, route, key, request_hash) values ($1, $2, $3, $4)
                        on conflict do nothing""")
                .execute(Tuple.of(
                        request.principal(), request.route(), request.key(), Buffer.buffer(request.requestHash())))
                .chain(inserted -> inserted.rowCount() == 1
                        ? work.get().call(answer -> store(tx, request, answer))
                        : replay(tx, request));
    }

    private static Uni<RowSet<Row>> store(SqlConnection tx, Request request, Answer answer) {
        return tx.preparedQuery("""
                        update idempotency_key set status = $4, location = $5, body = $6
                        where principal = $1 and route = $2 and key = $3""").execute(Tuple.from(new Object[] {
            request.principal(), request.route(), request.key(), answer.status(), answer.location(), answer.body()
        }));
    }

    private static Uni<Answer> replay(SqlConnection tx, Request request) {
        return tx.preparedQuery("""
                        select request_hash, status, location, body from idempotency_key
                        where principal = $1 and route = $2 and key = $3""")
                .execute(Tuple.of(request.principal(), request.route(), request.key()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    if (!MessageDigest.isEqual(row.getBuffer("request_hash").getBytes(), request.requestHash())) {
                        throw ProblemException.unprocessable(
                                "This " + HEADER + " was used with a different request before.");
                    }
                    return new Answer(
                            row.getInteger("status"), row.getString("location"), row.getJsonObject("body"), true);
                });
    }
}
