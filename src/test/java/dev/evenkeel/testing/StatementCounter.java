package dev.evenkeel.testing;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;

/**
 * Counts the SQL statements that a request sends to the database, by the meters of the SQL client: every statement of
 * Hibernate Reactive and of the plain client passes there; BEGIN, COMMIT and preparing do not count.
 *
 * <p>Only reads and writes of requests are counted; jobs and probes have pools of their own. A list whose count grows
 * with its page has the N+1 problem.
 */
public final class StatementCounter {
    private static final int REPETITIONS = 6;

    private StatementCounter() {}

    /**
     * The number of statements that the action sends; nobody else may ask the service meanwhile. The action is run
     * several times and the least is taken, because housekeeping may send a statement in between.
     */
    public static long during(Runnable action) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < REPETITIONS; i++) {
            long before = sent();
            action.run();
            least = Math.min(least, sent() - before);
        }
        return least;
    }

    private static long sent() {
        return Metrics.globalRegistry
                .find("postgresql.processing")
                .tag("clientName", "evenkeel-entity")
                .timers()
                .stream()
                .mapToLong(Timer::count)
                .sum();
    }
}
