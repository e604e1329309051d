package dev.evenkeel.knowledge.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run of maintenance found and did.
 *
 * @param state that of its job; of a job that is forgotten {@code succeeded} or {@code unknown}
 * @param stage what it did last
 * @param error why the job failed
 * @param counts exact numbers
 * @param findings the first 1,000
 * @param findingsTotal all of them
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaintenanceReport(
        UUID jobId,
        UUID collectionId,
        String operation,
        boolean dryRun,
        String state,
        @Nullable String stage,
        @Nullable String error,
        Map<String, Long> counts,
        List<Finding> findings,
        int findingsTotal,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static MaintenanceReport of(Row row, Map<String, Long> counts, List<Finding> findings) {
        boolean finished = row.getValue("finished_at") != null;
        String state = row.getString("state");
        return new MaintenanceReport(
                row.getUUID("job_id"),
                row.getUUID("collection_id"),
                row.getString("operation"),
                row.getBoolean("dry_run"),
                Objects.requireNonNullElse(state, finished ? "succeeded" : "unknown"),
                row.getString("stage"),
                "failed".equals(state) ? row.getString("error_message") : null,
                counts,
                findings,
                row.getInteger("finding_count"),
                row.getOffsetDateTime("created_at").toInstant(),
                finished ? row.getOffsetDateTime("finished_at").toInstant() : null);
    }
}
