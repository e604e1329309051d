package dev.evenkeel.identity.password;

import dev.evenkeel.platform.http.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A few threads for hashes. What would wait too long, by the time that hashes took lately, is refused at once, and what has
 * waited too long after all is refused when its turn comes; memory is bounded by the number of threads.
 */
final class PasswordWorker {
    private static final String NAME = "evenkeel-password";
    private static final long FIRST_GUESS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SMOOTHING = 5;

    /** Who was let in waits this part of the longest wait more, should hashes take longer than expected. */
    private static final int PATIENCE = 5;

    private static final int KEEP_ALIVE_S = 30;

    private final int threads;
    private final long maxWaitNanos;
    private final long patienceNanos;
    private final ExecutorService executor;
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicLong averageNanos = new AtomicLong(FIRST_GUESS_NANOS);

    PasswordWorker(int configuredThreads, Duration maxWait, MeterRegistry metrics) {
        this.threads = configuredThreads > 0
                ? configuredThreads
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.maxWaitNanos = maxWait.toNanos();
        this.patienceNanos = maxWaitNanos + maxWaitNanos / PATIENCE;
        this.executor = ExecutorServiceMetrics.monitor(metrics, pool(threads), NAME);
    }

    /** Runs the work and completes on the caller's context; work whose caller has left is not begun. */
    <T> Uni<T> run(Callable<T> work) {
        return Uni.createFrom().emitter(emitter -> {
            Duration wait = expectedWait(unfinished.get());
            if (wait.toNanos() > maxWaitNanos) {
                emitter.fail(overloaded(wait));
                return;
            }
            unfinished.incrementAndGet();
            AtomicBoolean abandoned = new AtomicBoolean();
            emitter.onTermination(() -> abandoned.set(true));
            long queued = System.nanoTime();
            Context context = Vertx.currentContext();
            executor.execute(() -> {
                try {
                    if (System.nanoTime() - queued > patienceNanos) {
                        resume(context, () -> emitter.fail(overloaded(expectedWait(unfinished.get()))));
                    } else if (!abandoned.get()) {
                        compute(work, emitter, context);
                    }
                } finally {
                    unfinished.decrementAndGet();
                }
            });
        });
    }

    private static ProblemException overloaded(Duration retryAfter) {
        return ProblemException.overloaded("Too many are signing in; try again shortly.", retryAfter);
    }

    int threads() {
        return threads;
    }

    /** How long one more would wait when so many are ahead of it. */
    Duration expectedWait(int ahead) {
        return Duration.ofNanos(ahead * averageNanos.get() / threads);
    }

    private <T> void compute(Callable<T> work, UniEmitter<? super T> emitter, @Nullable Context context) {
        long begun = System.nanoTime();
        try {
            T result = work.call();
            long took = System.nanoTime() - begun;
            averageNanos.updateAndGet(average -> average + (took - average) / SMOOTHING);
            resume(context, () -> emitter.complete(result));
        } catch (Exception e) {
            resume(context, () -> emitter.fail(e));
        }
    }

    void stop() {
        executor.shutdown();
    }

    private static void resume(@Nullable Context context, Runnable continuation) {
        if (context == null) {
            continuation.run();
        } else {
            context.runOnContext(ignored -> continuation.run());
        }
    }

    private static ExecutorService pool(int threads) {
        AtomicInteger counter = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, KEEP_ALIVE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, NAME + "-" + counter.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
