package dev.evenkeel.identity.user;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of an account; it does not leave this module, because it knows the hash of the password. */
public record User(
        UUID id,
        String username,
        String email,
        String passwordHash,
        boolean administrator,
        boolean active,
        int version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant signedInAt) {
    static final String COLUMNS = "u.id, u.username, u.email, u.password_hash, u.administrator, u.active, u.version,"
            + " u.created_at, u.updated_at, u.signed_in_at";

    static User of(Row row) {
        return new User(
                row.getUUID("id"),
                row.getString("username"),
                row.getString("email"),
                row.getString("password_hash"),
                row.getBoolean("administrator"),
                row.getBoolean("active"),
                row.getInteger("version"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                instant(row.getOffsetDateTime("signed_in_at")));
    }

    /** What the API shows. */
    public UserView view() {
        return new UserView(id, username, email, administrator, active, version, createdAt, updatedAt, signedInAt);
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "User[" + id + "]";
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
