package dev.evenkeel.platform.jobs;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Exponential back-off with a cap and full jitter: uniform in [0, min(cap, base * 2^failures)]. */
final class RetryBackoff {
    private static final int MAX_DOUBLINGS = 30;

    private RetryBackoff() {}

    /**
     * The wait after a failed attempt.
     *
     * @param failures failed attempts before this one
     */
    static Duration delay(int failures, Duration base, Duration cap) {
        return Duration.ofMillis(ThreadLocalRandom.current()
                .nextLong(ceiling(failures, base, cap).toMillis() + 1));
    }

    static Duration ceiling(int failures, Duration base, Duration cap) {
        double ms = base.toMillis() * Math.pow(2, Math.min(failures, MAX_DOUBLINGS));
        return ms >= cap.toMillis() ? cap : Duration.ofMillis((long) ms);
    }
}
