package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.Origin;
import dev.evenkeel.platform.database.UuidV7;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about sessions and their refresh tokens. */
@Singleton
public class SessionRepository {
    private static final String OPEN = "ended_at is null and expires_at > now()";

    private final IdentityConfig.Session config;

    SessionRepository(IdentityConfig config) {
        this.config = config.session();
    }

    /**
     * A refresh token that was shown, with the session it belongs to.
     *
     * @param used whether it has been shown before
     * @param open whether the session could go on
     */
    record Refresh(UUID sessionId, UUID userId, String username, boolean used, boolean open) {
        private static Refresh of(Row row) {
            return new Refresh(
                    row.getUUID("session_id"),
                    row.getUUID("user_id"),
                    row.getString("username"),
                    row.getBoolean("used"),
                    row.getBoolean("open"));
        }
    }

    /** Begins a session; ends the oldest of the user when there are too many. */
    Uni<UUID> begin(SqlConnection tx, UUID userId, Origin origin) {
        UUID id = UuidV7.next();
        OffsetDateTime expires = OffsetDateTime.now(ZoneOffset.UTC).plus(config.refreshTokenLifetime());
        return tx.preparedQuery("""
                        insert into user_session (id, user_id, expires_at, user_agent, address)
                        values ($1, $2, $3, $4, $5)""")
                .execute(Tuple.of(id, userId, expires, origin.userAgent(), origin.address()))
                .chain(() -> tx.preparedQuery("update user_session set ended_at = now() where id in (select id"
                                + " from user_session where user_id = $1 and " + OPEN + " order by id desc offset $2)")
                        .execute(Tuple.of(userId, config.maxPerUser())))
                .replaceWith(id);
    }

    Uni<Void> addRefreshToken(SqlConnection tx, UUID sessionId, byte[] hash) {
        return tx.preparedQuery("insert into refresh_token (token_hash, session_id) values ($1, $2)")
                .execute(Tuple.of(Buffer.buffer(hash), sessionId))
                .replaceWithVoid();
    }

    /** The refresh token of this hash; whoever shows it at the same time waits for the end of this transaction. */
    Uni<Optional<Refresh>> findRefreshToken(SqlConnection tx, byte[] hash) {
        return tx.preparedQuery("""
                        select t.session_id, s.user_id, u.username, t.used_at is not null as used,
                               s.ended_at is null and s.expires_at > now() and u.active as open
                        from refresh_token t join user_session s on s.id = t.session_id join app_user u on u.id = s.user_id
                        where t.token_hash = $1 for update of t, s""")
                .execute(Tuple.of(Buffer.buffer(hash)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Refresh.of(rows.iterator().next())));
    }

    /** Uses the token up and lets its session go on, though not beyond its longest life. */
    Uni<Void> use(SqlConnection tx, byte[] hash, UUID sessionId) {
        return tx.preparedQuery("update refresh_token set used_at = now() where token_hash = $1")
                .execute(Tuple.of(Buffer.buffer(hash)))
                .chain(() -> tx.preparedQuery("""
                                update user_session set refreshed_at = now(),
                                    expires_at = least(now() + make_interval(secs => $2),
                                        created_at + make_interval(secs => $3))
                                where id = $1""")
                        .execute(Tuple.of(
                                sessionId,
                                (double) config.refreshTokenLifetime().toSeconds(),
                                (double) config.maxLifetime().toSeconds())))
                .replaceWithVoid();
    }

    /** Ends one open session of the user; whether there was one. */
    Uni<Boolean> end(SqlConnection tx, UUID userId, UUID sessionId) {
        return tx.preparedQuery("update user_session set ended_at = now() where id = $1 and user_id = $2 and " + OPEN)
                .execute(Tuple.of(sessionId, userId))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Ends all open sessions of the user but one; how many. */
    public Uni<Integer> endAll(SqlConnection tx, UUID userId, @Nullable UUID except) {
        return tx.preparedQuery("update user_session set ended_at = now()"
                        + " where user_id = $1 and id is distinct from $2 and " + OPEN)
                .execute(Tuple.of(userId, except))
                .map(rows -> rows.rowCount());
    }

    /** Open sessions newest first, one more than asked for when there is another page. */
    public Uni<List<SessionView>> list(
            SqlConnection connection, UUID userId, @Nullable UUID current, int limit, @Nullable UUID before) {
        return connection
                .preparedQuery("select id, created_at, refreshed_at, expires_at, user_agent, address from user_session"
                        + " where user_id = $1 and ($3::uuid is null or id < $3) and " + OPEN
                        + " order by id desc limit $2")
                .execute(Tuple.of(userId, limit + 1, before))
                .map(rows -> {
                    List<SessionView> views = new ArrayList<>();
                    rows.forEach(row -> views.add(SessionView.of(row, current)));
                    return views;
                });
    }
}
