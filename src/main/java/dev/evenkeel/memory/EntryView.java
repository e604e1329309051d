package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.evenkeel.platform.database.RowReader;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An entry.
 *
 * @param value the JSON value; left out of lists unless asked for
 * @param sizeBytes bytes of key and value in UTF-8, and of what it is searched for by
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
    /** What {@link #of} takes of an entry {@code e}, in this order and before any other column. */
    static final String COLUMNS = "e.key, e.value, e.size_bytes, e.version, e.ttl_s, e.sliding, "
            + Stream.of("e.created_at", "e.updated_at", "e.accessed_at", "e.expires_at")
                    .map(RowReader::instant)
                    .collect(Collectors.joining(", "));

    static EntryView of(Row row) {
        RowReader columns = new RowReader(row);
        return new EntryView(
                columns.text(),
                columns.textOrNull(),
                columns.number(),
                columns.bigNumber(),
                columns.bigNumberOrNull(),
                columns.flag(),
                columns.instant(),
                columns.instant(),
                columns.instant(),
                columns.instantOrNull());
    }

    /** The same value with the times of a later look at it. */
    EntryView accessed(EntryView later) {
        return new EntryView(
                key,
                value,
                sizeBytes,
                version,
                ttlS,
                sliding,
                createdAt,
                updatedAt,
                later.accessedAt,
                later.version == version ? later.expiresAt : expiresAt);
    }
}
