package dev.evenkeel.identity.audit;

import dev.evenkeel.platform.database.SqlConditions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which events are asked for; absent fields do not restrict. */
public record AuditFilter(
        @Nullable UUID actorId,
        @Nullable UUID subjectId,
        @Nullable String action,
        @Nullable Instant since,
        @Nullable Instant until) {
    SqlConditions conditions() {
        SqlConditions conditions = new SqlConditions();
        if (actorId != null) {
            conditions.and("actor_id = $", actorId);
        }
        if (subjectId != null) {
            conditions.and("subject_id = $", subjectId);
        }
        if (action != null) {
            conditions.and("action = $", action);
        }
        if (since != null) {
            conditions.and("at >= $", time(since));
        }
        if (until != null) {
            conditions.and("at < $", time(until));
        }
        return conditions;
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
