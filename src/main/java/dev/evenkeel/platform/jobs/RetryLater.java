package dev.evenkeel.platform.jobs;

import java.time.Duration;

/** Something outside the job is not ready: back to the queue for a while, without counting as a failed attempt. */
public final class RetryLater extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration delay;

    /**
     * @param delay time until the job may run again; at least a second
     * @param message what is not ready, for a person
     */
    public RetryLater(Duration delay, String message) {
        super(message);
        this.delay = delay.toMillis() < 1000 ? Duration.ofSeconds(1) : delay;
    }

    public Duration delay() {
        return delay;
    }
}
