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
 * One change of an entry.
 *
 * @param changeNo rises by one with every change of the namespace, in the order in which they were committed
 * @param operation {@code put}, {@code delete}, {@code expire} (its expired value was swept) or {@code evict}
 * @param value what was put
 * @param version that was put, or that is gone
 * @param validTo when the next change of the same key ended it; absent while it is the last one, and in change feeds
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChangeView(
        long changeNo,
        String key,
        String operation,

        @Nullable @JsonRawValue @Schema(description = "Any JSON value")
        String value,

        @Nullable Long version,
        Instant validFrom,
        @Nullable Instant validTo,
        @Nullable Instant expiresAt) {
    static ChangeView of(Row row) {
        return new ChangeView(
                row.getLong("change_no"),
                row.getString("key"),
                row.getString("operation"),
                row.getString("value"),
                row.getLong("version"),
                row.getOffsetDateTime("changed_at").toInstant(),
                instant(row.getOffsetDateTime("next_at")),
                instant(row.getOffsetDateTime("expires_at")));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
