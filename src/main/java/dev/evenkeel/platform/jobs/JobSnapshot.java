package dev.evenkeel.platform.jobs;

import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is told about a job that it is not running (any more).
 *
 * @param attempt how often the job has been claimed so far
 */
public record JobSnapshot(
        UUID id,
        String kind,
        int attempt,
        JsonObject payload,
        JobPriority priority,
        @Nullable UUID subjectId) {
    /** The columns that {@link #of} reads. */
    static final String COLUMNS = "id, kind, attempt, payload, priority, subject_id";

    static JobSnapshot of(Row row) {
        return new JobSnapshot(
                row.getUUID("id"),
                row.getString("kind"),
                row.getInteger("attempt"),
                row.getJsonObject("payload"),
                JobPriority.ofRank(row.getInteger("priority")),
                row.getUUID("subject_id"));
    }
}
