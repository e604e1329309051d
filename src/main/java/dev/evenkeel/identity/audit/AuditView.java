package dev.evenkeel.identity.audit;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event of the audit trail as the API shows it. */
@RegisterForReflection
public record AuditView(
        UUID id,
        Instant at,
        String action,
        @Nullable UUID actorId,
        String actor,
        @Nullable UUID subjectId,
        @Nullable String subject,
        @Nullable String address,
        @Nullable String requestId,
        Map<String, Object> detail) {
    static AuditView of(Row row) {
        return new AuditView(
                row.getUUID("id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("action"),
                row.getUUID("actor_id"),
                row.getString("actor"),
                row.getUUID("subject_id"),
                row.getString("subject"),
                row.getString("address"),
                row.getString("request_id"),
                row.getJsonObject("detail").getMap());
    }
}
