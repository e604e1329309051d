package dev.evenkeel.bench.folder;

import dev.evenkeel.bench.process.ServiceUnderTest;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The most resident memory of the service between start and close, looked at twice a second. */
public final class PeakMemory implements AutoCloseable {

    private static final long EVERY_MILLIS = 500;

    private final AtomicLong peakBytes = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    private final ScheduledFuture<?> looks;

    public PeakMemory(ServiceUnderTest service) {
        looks = clock.scheduleAtFixedRate(
                () -> peakBytes.accumulateAndGet(service.residentBytes(), Math::max),
                0,
                EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    public double mebibytes() {
        return peakBytes.get() / (1024.0 * 1024);
    }

    @Override
    public void close() {
        looks.cancel(false);
        clock.shutdown();
    }
}
