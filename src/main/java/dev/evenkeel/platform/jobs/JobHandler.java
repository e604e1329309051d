package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;

/** Does the jobs of one kind. Every CDI bean of this type is found by the queue. */
public interface JobHandler {
    /** The kind of job, 1 to 100 characters, one handler each. */
    String kind();

    /** The stages that a run goes through, in order; every progress report names one of them. */
    List<String> stages();

    /** Whether this replica runs jobs of the kind; the handler of a module that is switched off says no. */
    default boolean active() {
        return true;
    }

    /** Attempts that may end in an error before the job is dead. */
    default int maxAttempts() {
        return 5;
    }

    /** Jobs of this kind that one replica may run at the same time. */
    default int maxConcurrent() {
        return Integer.MAX_VALUE;
    }

    /** A run that reports no progress for this long is taken for hung and ends as a failed attempt. */
    default Duration stallLimit() {
        return Duration.ofMinutes(30);
    }

    /**
     * Does the job, on a Vert.x context of its own, and ends through {@link JobRun#finish}. Every effect is stored in a
     * step; a run may be repeated from its start at any time, so steps are written to be repeatable.
     */
    Uni<Void> run(JobRun run);

    /** Removes the unfinished work of a cancelled job, in the transaction that marks it cancelled. */
    default Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return Uni.createFrom().voidItem();
    }

    /** Told in the transaction that puts a dead or cancelled job back into the queue. */
    default Uni<Void> retried(SqlConnection tx, JobSnapshot job) {
        return Uni.createFrom().voidItem();
    }

    /**
     * Told in the transaction that makes the job a dead letter.
     *
     * @param code what went wrong, for a program
     * @param reason the same for a person
     */
    default Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return Uni.createFrom().voidItem();
    }
}
