package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.platform.offload.Interruption;
import java.time.Duration;

/** The moment at which an extraction gives up; at once when nobody waits for it any more. */
final class Deadline {

    private final long endNanos;
    private final Duration maxTime;

    Deadline(Duration maxTime) {
        this.maxTime = maxTime;
        this.endNanos = System.nanoTime() + maxTime.toNanos();
    }

    void check() {
        Interruption.check();
        if (System.nanoTime() - endNanos > 0) {
            throw new ExtractionException(
                    ExtractionCode.TIMEOUT, "Reading the file took longer than the limit of " + maxTime + ".");
        }
    }
}
