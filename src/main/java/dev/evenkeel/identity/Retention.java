package dev.evenkeel.identity;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Deletes what nobody needs any more: old audit events, ended sessions, used permissions, dead tokens and keys. */
@ApplicationScoped
class Retention implements RecurringJob {
    private static final int BATCH = 20_000;
    private static final Duration KEPT = Duration.ofDays(30);

    private final IdentityConfig config;

    Retention(IdentityConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "identity-retention";
    }

    @Override
    public Duration every() {
        return Duration.ofHours(1);
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return delete(tx, "audit_event", "at < $1", config.audit().retention())
                .chain(() -> delete(tx, "user_session", "least(expires_at, ended_at) < $1", KEPT))
                .chain(() -> delete(tx, "password_reset", "expires_at < $1", KEPT))
                .chain(() -> delete(tx, "access_token", "least(expires_at, revoked_at) < $1", KEPT))
                .chain(() -> delete(tx, "signing_key", "verifies_until < $1", Duration.ZERO));
    }

    private static Uni<Void> delete(SqlConnection tx, String table, String condition, Duration age) {
        String statement = "delete from " + table + " where ctid = any(array(select ctid from " + table + " where "
                + condition + " limit " + BATCH + " for update skip locked))";
        return tx.preparedQuery(statement)
                .execute(Tuple.of(OffsetDateTime.now(ZoneOffset.UTC).minus(age)))
                .replaceWithVoid();
    }
}
