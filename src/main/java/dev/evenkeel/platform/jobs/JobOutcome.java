package dev.evenkeel.platform.jobs;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt that did not succeed ends, and what becomes of the job.
 *
 * @param next the job's state from now on
 * @param delay for a job that is queued again: how long it waits first
 * @param failures what the attempt adds to the job's failures
 */
record JobOutcome(
        Kind kind,
        JobState next,
        Duration delay,
        int failures,
        @Nullable JobError error) {
    /** The attempt's place in the history. */
    enum Kind {
        SUCCEEDED,
        FAILED,
        DEFERRED,
        CANCELLED,
        LOST,
        RELEASED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static JobOutcome cancelled() {
        return new JobOutcome(Kind.CANCELLED, JobState.CANCELLED, Duration.ZERO, 0, null);
    }

    static JobOutcome dead(JobError error) {
        return new JobOutcome(Kind.FAILED, JobState.FAILED, Duration.ZERO, 1, error);
    }

    static JobOutcome retry(JobError error, Duration delay) {
        return new JobOutcome(Kind.FAILED, JobState.QUEUED, delay, 1, error);
    }

    static JobOutcome deferred(JobError error, Duration delay) {
        return new JobOutcome(Kind.DEFERRED, JobState.QUEUED, delay, 0, error);
    }

    static JobOutcome released() {
        return new JobOutcome(Kind.RELEASED, JobState.QUEUED, Duration.ZERO, 0, null);
    }
}
