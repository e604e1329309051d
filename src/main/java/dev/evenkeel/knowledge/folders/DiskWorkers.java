package dev.evenkeel.knowledge.folders;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Threads for the disks of folders, apart from all others. A call to a disk that does not answer cannot be ended: nobody waits for
 * it any longer than the limit, and until it returns no other is made for the same folder, so that it costs one thread and no more.
 */
@ApplicationScoped
class DiskWorkers {
    private static final Logger LOG = Logger.getLogger(DiskWorkers.class);

    /** Calls that hang, and the few that do not. When all of them hang, every folder counts as not answering. */
    private static final int THREADS = 16;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int LOOKS_PER_LIMIT = 4;
    private static final ThreadLocal<@Nullable Call<?>> CURRENT = new ThreadLocal<>();

    private final Vertx vertx;
    private final long limitNanos;
    private final Set<Call<?>> calls = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile long timer = -1;
    private final ThreadPoolExecutor threads;

    DiskWorkers(Vertx vertx, FoldersConfig config) {
        this.vertx = vertx;
        this.limitNanos = config.diskTimeout().toNanos();
        AtomicInteger counter = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "evenkeel-disk-" + counter.incrementAndGet());
                    thread.setDaemon(true);
                    thread.setPriority(Thread.MIN_PRIORITY);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** A call that somebody waits for, until it ends or has given no sign of life for too long. */
    private static final class Call<T> {
        private final Object place;
        private final @Nullable Context context;
        private final UniEmitter<? super T> emitter;
        private final AtomicBoolean settled = new AtomicBoolean();
        private volatile long aliveNanos = System.nanoTime();
        private volatile boolean givenUp;

        Call(Object place, @Nullable Context context, UniEmitter<? super T> emitter) {
            this.place = place;
            this.context = context;
            this.emitter = emitter;
        }

        boolean isSilent(long limitNanos) {
            return System.nanoTime() - aliveNanos > limitNanos;
        }

        void giveUp() {
            if (settled.compareAndSet(false, true)) {
                givenUp = true;
                LOG.warnf("A disk does not answer; what waits for it goes on without: %s", place);
                resume(() -> emitter.fail(FolderUnavailable.notAnswering()));
            }
        }

        void succeed(T result) throws Exception {
            if (settled.compareAndSet(false, true)) {
                resume(() -> emitter.complete(result));
            } else if (result instanceof AutoCloseable unwanted) {
                unwanted.close();
            }
        }

        void fail(Throwable failure) {
            if (settled.compareAndSet(false, true)) {
                resume(() -> emitter.fail(failure));
            }
        }

        private void resume(Runnable continuation) {
            if (context == null) {
                continuation.run();
            } else {
                context.runOnContext(ignored -> continuation.run());
            }
        }
    }

    /**
     * Work that touches the disk of a folder. Completes on the caller's context; a result that comes too late is closed, if it can
     * be.
     *
     * @param place the id of the folder, or what else stands for its disk
     * @return the result; fails with {@link FolderUnavailable} when the disk does not answer, at once while an earlier call hangs
     */
    <T> Uni<T> run(Object place, Callable<T> work) {
        return Uni.createFrom().emitter(emitter -> {
            if (isHanging(place)) {
                emitter.fail(FolderUnavailable.notAnswering());
                return;
            }
            Call<T> call = new Call<>(place, Vertx.currentContext(), emitter);
            calls.add(call);
            watch();
            threads.execute(() -> execute(call, work));
        });
    }

    private <T> void execute(Call<T> call, Callable<T> work) {
        CURRENT.set(call);
        try {
            if (!call.givenUp) {
                signOfLife();
                call.succeed(work.call());
            }
        } catch (Throwable e) {
            call.fail(e);
        } finally {
            CURRENT.remove();
            calls.remove(call);
        }
    }

    /** To be called by work that takes long, whenever the disk has answered. */
    static void signOfLife() {
        Call<?> call = CURRENT.get();
        if (call != null) {
            call.aliveNanos = System.nanoTime();
        }
    }

    /** Whether a call for this place was given up and has not returned. */
    boolean isHanging(Object place) {
        return calls.stream().anyMatch(call -> call.givenUp && call.place.equals(place));
    }

    /** The places of which a call was given up and has not returned. */
    Set<Object> hanging() {
        return calls.stream()
                .filter(call -> call.givenUp)
                .map(call -> call.place)
                .collect(Collectors.toSet());
    }

    private void watch() {
        if (watched.compareAndSet(false, true)) {
            long period = Math.max(1, TimeUnit.NANOSECONDS.toMillis(limitNanos) / LOOKS_PER_LIMIT);
            timer = vertx.setPeriodic(
                    period,
                    id -> calls.stream()
                            .filter(call -> call.isSilent(limitNanos))
                            .forEach(Call::giveUp));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        threads.shutdownNow();
    }
}
