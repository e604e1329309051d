package dev.evenkeel.identity.session;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An open session as its user sees it.
 *
 * @param current whether it is the one that asks
 */
@RegisterForReflection
public record SessionView(
        UUID id,
        Instant createdAt,
        Instant refreshedAt,
        Instant expiresAt,
        @Nullable String userAgent,
        @Nullable String address,
        boolean current) {
    static SessionView of(Row row, @Nullable UUID current) {
        UUID id = row.getUUID("id");
        return new SessionView(
                id,
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("refreshed_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                row.getString("user_agent"),
                row.getString("address"),
                id.equals(current));
    }
}
