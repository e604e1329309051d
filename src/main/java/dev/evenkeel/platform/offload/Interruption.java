package dev.evenkeel.platform.offload;

import java.util.concurrent.CancellationException;

/** Where long work asks whether anybody still waits for it; it costs about as much as reading a field. */
public final class Interruption {
    private Interruption() {}

    /** @throws CancellationException when the thread is interrupted; it stays so */
    public static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("Nobody waits for this work any more.");
        }
    }
}
