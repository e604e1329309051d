package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** Every query about permissions to set a new password. */
@Singleton
class PasswordResets {
    private final IdentityConfig.Session config;

    PasswordResets(IdentityConfig config) {
        this.config = config.session();
    }

    /** Stores a permission; the ones before it are void. */
    Uni<Void> replace(SqlConnection tx, UUID userId, byte[] hash) {
        return voidAll(tx, userId)
                .chain(() -> tx.preparedQuery(
                                "insert into password_reset (token_hash, user_id, expires_at) values ($1, $2, $3)")
                        .execute(Tuple.of(
                                Buffer.buffer(hash),
                                userId,
                                OffsetDateTime.now(ZoneOffset.UTC).plus(config.passwordResetLifetime()))))
                .replaceWithVoid();
    }

    /** The active user with this permission, if it is unused and has not run out. */
    Uni<Optional<UUID>> userOf(SqlConnection connection, byte[] hash) {
        return connection
                .preparedQuery("""
                        select r.user_id from password_reset r join app_user u on u.id = r.user_id and u.active
                        where r.token_hash = $1 and r.used_at is null and r.expires_at > now()""")
                .execute(Tuple.of(Buffer.buffer(hash)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getUUID(0)));
    }

    /** Uses the permission up; whether it was still good. Of several at once, one is told so. */
    Uni<Boolean> use(SqlConnection tx, byte[] hash) {
        return tx.preparedQuery("update password_reset set used_at = now()"
                        + " where token_hash = $1 and used_at is null and expires_at > now()")
                .execute(Tuple.of(Buffer.buffer(hash)))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Makes all permissions of the user void. */
    Uni<Void> voidAll(SqlConnection tx, UUID userId) {
        return tx.preparedQuery("update password_reset set used_at = now() where user_id = $1 and used_at is null")
                .execute(Tuple.of(userId))
                .replaceWithVoid();
    }
}
