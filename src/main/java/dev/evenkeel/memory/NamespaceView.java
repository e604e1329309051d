package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A namespace and its settings.
 *
 * @param entries living entries, exact
 * @param bytes of their keys and values, exact
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NamespaceView(
        String name,
        long entries,
        long bytes,
        @Nullable Long defaultTtlS,
        boolean sliding,
        @Nullable Long maxEntries,
        @Nullable Long maxBytes,
        @Nullable Integer maxValueBytes,
        Eviction eviction,
        boolean history,
        @Nullable Long historyRetentionS,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    static NamespaceView of(Row row) {
        return new NamespaceView(
                row.getString("name"),
                row.getLong("entries"),
                row.getLong("bytes"),
                row.getLong("default_ttl_s"),
                row.getBoolean("sliding"),
                row.getLong("max_entries"),
                row.getLong("max_bytes"),
                row.getInteger("max_value_bytes"),
                Eviction.valueOf(row.getString("eviction")),
                row.getBoolean("history"),
                row.getLong("history_retention_s"),
                row.getLong("version"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }
}
