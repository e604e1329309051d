package dev.evenkeel.testing;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.stream.IntStream;

/** Counts how often a lane is entered. */
@Singleton
public class LaneTurns {
    private static final int ATTEMPTS = 5;

    private final MeterRegistry metrics;

    LaneTurns(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** Entries of the read lane by one request; it is made some times, for what the service does by itself reads as well. */
    public long readTurns(Runnable request) {
        return IntStream.range(0, ATTEMPTS)
                .mapToLong(i -> {
                    long before = reads();
                    request.run();
                    return reads() - before;
                })
                .min()
                .orElseThrow();
    }

    private long reads() {
        return metrics.get("evenkeel.lane.duration").tag("lane", "read").timer().count();
    }
}
