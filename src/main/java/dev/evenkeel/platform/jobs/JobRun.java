package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a job, as its handler sees it. Not thread-safe: one step at a time, never one inside another.
 *
 * <p>A step fails with {@link JobFenced} when the job belongs to somebody else by now and with {@link JobCancelled}
 * when it is to be cancelled; either way nothing of the step is stored and the handler lets the failure pass.
 */
public interface JobRun {
    UUID id();

    /** How often the job has been claimed, this time included; from 1. */
    int attempt();

    JsonObject payload();

    @Nullable UUID subjectId();

    /**
     * Stores one part of the work in one transaction of the bulk lane, whose last statement records the progress if the
     * job still is this run's.
     *
     * @param done units of the stage done when this step is stored
     * @param total units of the stage, 0 while unknown
     */
    <T> Uni<T> step(String stage, long done, long total, Function<SqlConnection, Uni<T>> work);

    /** Records progress without work. */
    Uni<Void> progress(String stage, long done, long total);

    /**
     * Waits for work that takes long, such as a remote model's or the reading of a large file, no longer than the job is wanted: fails
     * within a second or two of a cancellation, of the loss of the job, and of the order to stop, and then cancels the work. Within a
     * step the step fails so, and what it has written is rolled back.
     */
    <T> Uni<T> whileWanted(Uni<T> work);

    /** The last step: stores the work and marks the job succeeded, in one transaction. */
    <T> Uni<T> finish(Function<SqlConnection, Uni<T>> work);
}
