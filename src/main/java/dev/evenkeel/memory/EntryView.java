package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An entry.
 *
 * @param value the JSON value; left out of lists unless asked for
 * @param sizeBytes bytes of key and value in UTF-8
 * @param version raised by every write; also the entity tag
 * @param ttlS seconds it was given to live
 * @param sliding whether reading renews them
 * @param accessedAt last read, to the minute unless the entry may be evicted or its time to live slides
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EntryView(
        String key,

        @Nullable @JsonRawValue @Schema(description = "Any JSON value")
        String value,

        int sizeBytes,
        long version,
        @Nullable Long ttlS,
        boolean sliding,
        Instant createdAt,
        Instant updatedAt,
        Instant accessedAt,
        @Nullable Instant expiresAt) {
    static final String COLUMNS = "e.key, e.value, e.size_bytes, e.version, e.ttl_s, e.sliding, e.created_at,"
            + " e.updated_at, e.accessed_at, e.expires_at";

    static EntryView of(Row row) {
        OffsetDateTime expires = row.getOffsetDateTime("expires_at");
        return new EntryView(
                row.getString("key"),
                row.getString("value"),
                row.getInteger("size_bytes"),
                row.getLong("version"),
                row.getLong("ttl_s"),
                row.getBoolean("sliding"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getOffsetDateTime("accessed_at").toInstant(),
                expires == null ? null : expires.toInstant());
    }
}
