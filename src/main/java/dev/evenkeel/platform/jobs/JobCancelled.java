package dev.evenkeel.platform.jobs;

/** The job is to be cancelled: nothing of the step was stored. */
public final class JobCancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobCancelled() {
        super("The job is being cancelled.", null, false, false);
    }
}
