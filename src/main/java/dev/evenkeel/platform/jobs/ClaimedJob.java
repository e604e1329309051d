package dev.evenkeel.platform.jobs;

import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that a runner holds: while the row still shows this attempt and this runner, and is running, the job is its.
 *
 * <p>The attempt alone is not enough: claims are committed without waiting for the disk, so that a crash of the server
 * can take one back and hand the same number out again.
 *
 * @param failures attempts that ended in an error before this one
 * @param lostLeases times that a runner vanished with the job
 * @param cancelRequested whether the job is to be cancelled instead of run
 */
record ClaimedJob(
        JobSnapshot job,
        UUID runner,
        int failures,
        int lostLeases,
        int maxAttempts,
        boolean cancelRequested,
        long queuedMs) {
    /** The columns that {@link #of} reads. */
    static final String COLUMNS = JobSnapshot.COLUMNS
            + ", runner, failures, lost_leases, max_attempts, cancel_requested,"
            + " (extract(epoch from now() - run_at) * 1000)::bigint as queued_ms";

    static ClaimedJob of(Row row) {
        return new ClaimedJob(
                JobSnapshot.of(row),
                row.getUUID("runner"),
                row.getInteger("failures"),
                row.getInteger("lost_leases"),
                row.getInteger("max_attempts"),
                row.getBoolean("cancel_requested"),
                row.getLong("queued_ms"));
    }

    UUID id() {
        return job.id();
    }

    String kind() {
        return job.kind();
    }

    int attempt() {
        return job.attempt();
    }

    @Nullable UUID subjectId() {
        return job.subjectId();
    }

    JsonObject payload() {
        return job.payload();
    }
}
