package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What a write has made.
 *
 * @param version of the entry from now on
 * @param created whether there was no such entry, or an expired one
 * @param expiresAt when it will cease to exist, if ever
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WrittenEntry(
        String key, long version, boolean created, @Nullable Instant expiresAt) {
    /** Columns of {@code memory_entry} from which this is made. */
    static final String COLUMNS = "key, version, coalesce(replaced_bytes, -1) < 0 as created, expires_at";

    static WrittenEntry of(Row row) {
        OffsetDateTime expires = row.getOffsetDateTime("expires_at");
        return new WrittenEntry(
                row.getString("key"),
                row.getLong("version"),
                row.getBoolean("created"),
                expires == null ? null : expires.toInstant());
    }
}
