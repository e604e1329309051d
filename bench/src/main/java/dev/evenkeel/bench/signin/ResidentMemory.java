package dev.evenkeel.bench.signin;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Looks at a process's resident memory twenty times a second, in bytes. */
public final class ResidentMemory implements AutoCloseable {

    private static final long PERIOD_MS = 50;

    private final LongSupplier residentBytes;
    private final long before;
    private final AtomicLong peak = new AtomicLong();
    private final Thread thread;

    public ResidentMemory(LongSupplier residentBytes) {
        this.residentBytes = residentBytes;
        this.before = residentBytes.getAsLong();
        this.peak.set(before);
        this.thread = new Thread(this::watch, "resident-memory");
        thread.setDaemon(true);
        thread.start();
    }

    public long before() {
        return before;
    }

    public long peak() {
        return peak.get();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MS);
                peak.accumulateAndGet(residentBytes.getAsLong(), Math::max);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
