package dev.evenkeel.identity.token;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An access token as the API shows it: everything but the token.
 *
 * @param tokenStart its first characters, to recognise it by
 * @param collectionId what a collection token is for
 * @param lastUsedAt to within about a minute
 */
@RegisterForReflection
public record TokenView(
        UUID id,
        String label,
        String tokenStart,
        List<String> scopes,
        @Nullable UUID collectionId,
        @Nullable UUID userId,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant rotatedAt,
        @Nullable Instant lastUsedAt) {
    static final String COLUMNS = "t.id, t.label, t.token_start, t.scopes, t.collection_id, t.user_id, t.created_at,"
            + " t.expires_at, t.rotated_at, t.last_used_at";

    static TokenView of(Row row) {
        return new TokenView(
                row.getUUID("id"),
                row.getString("label"),
                row.getString("token_start"),
                List.of(row.getArrayOfStrings("scopes")),
                row.getUUID("collection_id"),
                row.getUUID("user_id"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                instant(row.getOffsetDateTime("rotated_at")),
                instant(row.getOffsetDateTime("last_used_at")));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
