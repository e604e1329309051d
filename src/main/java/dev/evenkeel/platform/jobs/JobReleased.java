package dev.evenkeel.platform.jobs;

/** This replica is stopping: the run ends here and the job goes back to the queue. */
final class JobReleased extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobReleased() {
        super("This replica is stopping.", null, false, false);
    }
}
