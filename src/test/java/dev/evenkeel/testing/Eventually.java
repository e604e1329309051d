package dev.evenkeel.testing;

import java.time.Duration;

/** Waits for what must become true soon. */
public final class Eventually {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 20;

    private Eventually() {}

    /** Repeats the assertions until they hold, for at most five seconds. */
    public static void holds(Runnable assertions) {
        holds(SOON, assertions);
    }

    /** Repeats the assertions until they hold; fails as they fail when the time is over. */
    public static void holds(Duration within, Runnable assertions) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                assertions.run();
                return;
            } catch (AssertionError | RuntimeException failure) {
                if (System.nanoTime() > deadline) {
                    throw failure;
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting", e);
        }
    }
}
