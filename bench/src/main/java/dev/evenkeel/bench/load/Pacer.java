package dev.evenkeel.bench.load;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The clock of the open model: a thread that fires every stream at its own fixed rate. It never waits for an answer,
 * and when it is itself late, the request still counts from the moment at which it was due.
 */
final class Pacer implements Runnable {

    private final List<OpenStream> streams;
    private final long[] periodNanos;
    private final long[] nextNanos;
    private volatile boolean stopped;

    Pacer(List<OpenStream> streams, List<Operation> operations) {
        this.streams = streams;
        this.periodNanos = new long[streams.size()];
        this.nextNanos = new long[streams.size()];
        long start = System.nanoTime() + 1_000_000;
        for (int i = 0; i < periodNanos.length; i++) {
            periodNanos[i] = Math.round(1e9 / operations.get(i).perSecond());
            // Spread over the period: operations of one rate must not always arrive together.
            nextNanos[i] = start + periodNanos[i] * i / periodNanos.length;
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            int next = earliest();
            long wait = nextNanos[next] - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
                continue;
            }
            streams.get(next).fire(nextNanos[next]);
            nextNanos[next] += periodNanos[next];
        }
    }

    private int earliest() {
        int earliest = 0;
        for (int i = 1; i < nextNanos.length; i++) {
            if (nextNanos[i] - nextNanos[earliest] < 0) {
                earliest = i;
            }
        }
        return earliest;
    }

    void stop() {
        stopped = true;
    }
}
