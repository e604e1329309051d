package dev.evenkeel.bench.bare;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The look-up of a bearer token by its hash, for each request, with the service's own statement. */
final class BareCredentials {

    private static final String PREFIX = "Bearer ";
    private static final String FIND = """
            select t.id, t.kind, t.user_id, t.label, t.scopes, t.collection_id, u.username,
                   coalesce(u.administrator, false) as administrator,
                   t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as unnoticed
            from access_token t left join app_user u on u.id = t.user_id
            where t.token_hash = $1 and t.revoked_at is null and t.expires_at > now()
              and (t.user_id is null or u.active)
            """;

    private final Pool pool;

    BareCredentials(Pool pool) {
        this.pool = pool;
    }

    Future<Boolean> accepts(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(PREFIX)) {
            return Future.succeededFuture(false);
        }
        byte[] hash = sha256(authorization.substring(PREFIX.length()));
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(Buffer.buffer(hash)))
                .map(RowSet::size)
                .map(found -> found == 1);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
