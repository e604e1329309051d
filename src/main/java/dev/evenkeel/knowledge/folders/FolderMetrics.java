package dev.evenkeel.knowledge.folders;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of folders. */
@ApplicationScoped
class FolderMetrics {
    private static final double MILLIS_PER_SECOND = 1_000;

    private final MeterRegistry registry;
    private final AtomicInteger leased = new AtomicInteger();
    private final AtomicInteger watched = new AtomicInteger();
    private final AtomicLong lagMillis = new AtomicLong();

    FolderMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge("evenkeel.folders", leased);
        registry.gauge("evenkeel.folders.watched.directories", watched);
        io.micrometer.core.instrument.Gauge.builder("evenkeel.folders.lag", () -> lagMillis.get() / MILLIS_PER_SECOND)
                .description("Longest time that a change in a folder of this replica waits for the end of a scan")
                .baseUnit("seconds")
                .register(registry);
    }

    void scanned(ScanReport report, String outcome) {
        Timer.builder("evenkeel.folders.scan")
                .description("Duration of the scans of folders")
                .tags("outcome", outcome)
                .register(registry)
                .record(report.tookNanos(), TimeUnit.NANOSECONDS);
        for (ScanReport.Count what : ScanReport.Count.values()) {
            registry.counter("evenkeel.folders.files", "outcome", what.wireName())
                    .increment(report.of(what));
        }
    }

    void folders(int count) {
        leased.set(count);
    }

    void watched(int directories) {
        watched.set(directories);
    }

    void lag(double seconds) {
        lagMillis.set(Math.round(seconds * MILLIS_PER_SECOND));
    }
}
