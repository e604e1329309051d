package dev.evenkeel.platform.offload;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Work whose thread can be interrupted as long as it runs, and is not after it. */
final class InterruptibleWork<T> implements Callable<T> {
    private final Callable<T> work;
    private @Nullable Thread thread;
    private boolean interrupted;

    InterruptibleWork(Callable<T> work) {
        this.work = work;
    }

    @Override
    public T call() throws Exception {
        begin();
        try {
            return work.call();
        } finally {
            end();
        }
    }

    /** Interrupts the thread that does the work, or, before it has begun, the one that will. */
    synchronized void interrupt() {
        interrupted = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized void begin() {
        thread = Thread.currentThread();
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** The thread's next work is another's. */
    private synchronized void end() {
        thread = null;
        if (interrupted) {
            Thread.interrupted();
        }
    }
}
