package dev.evenkeel.platform.offload;

import dev.evenkeel.platform.http.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs blocking or CPU-bound work off the event loops: short work of requests on the interactive workers, long work of
 * jobs on the bulk workers, so that a sign-in never waits behind a PDF.
 */
@ApplicationScoped
public class Offload {
    private final ExecutorService interactive;
    private final ExecutorService bulk;

    Offload(OffloadConfig config, MeterRegistry metrics) {
        this.interactive = pool(
                metrics,
                "evenkeel-interactive",
                config.interactiveThreads(),
                config.interactiveQueue(),
                Thread.NORM_PRIORITY);
        this.bulk = pool(metrics, "evenkeel-bulk", config.bulkThreads(), Integer.MAX_VALUE, Thread.MIN_PRIORITY);
    }

    /**
     * Short CPU work on behalf of a request. Completes on the caller's context.
     *
     * @throws ProblemException (as failure) 503 when too much such work is already waiting
     */
    public <T> Uni<T> interactive(Callable<T> work) {
        return on(interactive, work);
    }

    /**
     * Long work of a job; waits as long as it takes. Completes on the caller's context. When nobody waits for it any more its thread
     * is interrupted; it goes on all the same unless it asks ({@link Interruption}).
     */
    public <T> Uni<T> bulk(Callable<T> work) {
        return Uni.createFrom().deferred(() -> {
            InterruptibleWork<T> interruptible = new InterruptibleWork<>(work);
            return on(bulk, interruptible).onCancellation().invoke(interruptible::interrupt);
        });
    }

    private static <T> Uni<T> on(ExecutorService executor, Callable<T> work) {
        Uni<T> run = Uni.createFrom().emitter(emitter -> {
            Context context = Vertx.currentContext();
            try {
                executor.execute(() -> {
                    try {
                        T result = work.call();
                        resume(context, () -> emitter.complete(result));
                    } catch (Throwable e) {
                        resume(context, () -> emitter.fail(e));
                    }
                });
            } catch (RejectedExecutionException e) {
                emitter.fail(
                        ProblemException.overloaded("All workers are busy; try again shortly.", Duration.ofSeconds(1)));
            }
        });
        return run;
    }

    private static void resume(@org.jspecify.annotations.Nullable Context context, Runnable continuation) {
        if (context == null) {
            continuation.run();
        } else {
            context.runOnContext(ignored -> continuation.run());
        }
    }

    private static ExecutorService pool(MeterRegistry metrics, String name, int threads, int queue, int priority) {
        AtomicInteger counter = new AtomicInteger();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), task -> {
                    Thread thread = new Thread(task, name + "-" + counter.incrementAndGet());
                    thread.setDaemon(true);
                    thread.setPriority(priority);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return ExecutorServiceMetrics.monitor(metrics, executor, name);
    }

    void stop(@Observes ShutdownEvent event) {
        interactive.shutdown();
        bulk.shutdownNow();
    }
}
