package dev.evenkeel.knowledge.ingestion.extract;

import java.time.Duration;

/** The moment at which an extraction gives up. */
final class Deadline {

    private final long endNanos;
    private final Duration maxTime;

    Deadline(Duration maxTime) {
        this.maxTime = maxTime;
        this.endNanos = System.nanoTime() + maxTime.toNanos();
    }

    void check() {
        if (System.nanoTime() - endNanos > 0) {
            throw new ExtractionException(
                    ExtractionCode.TIMEOUT, "Reading the file took longer than the limit of " + maxTime + ".");
        }
    }
}
