package dev.evenkeel.platform.jobs;

/** The job belongs to another run, or has ended: nothing of the step was stored. */
public final class JobFenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobFenced() {
        super("The job is no longer this run's.", null, false, false);
    }
}
