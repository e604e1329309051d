package dev.evenkeel.platform.database;

import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admission to a lane: a number of permits and a bounded, timed queue before them.
 *
 * <p>Admitted work always runs to its end, also when the client has left: a permit stands for a connection and is free
 * only when the connection is back. A caller that leaves while still waiting gives up its place.
 */
final class AdmissionGate {
    private final Lane lane;
    private final int permits;
    private final int queueLimit;
    private final Duration maxWait;
    private final Vertx vertx;
    private final Deque<Waiter<?>> waiting = new ArrayDeque<>();
    private int active;
    private long rejected;

    AdmissionGate(Lane lane, int permits, int queueLimit, Duration maxWait, Vertx vertx) {
        this.lane = lane;
        this.permits = permits;
        this.queueLimit = queueLimit;
        this.maxWait = maxWait;
        this.vertx = vertx;
    }

    /**
     * Runs the work once a permit is free.
     *
     * @throws ProblemException (as failure) 503 at once when the queue is full, or after the longest wait
     */
    <T> Uni<T> admit(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> enter(new Waiter<>(work, emitter)));
    }

    private void enter(Waiter<?> waiter) {
        boolean admitted = false;
        boolean refused = false;
        synchronized (this) {
            if (active < permits) {
                active++;
                admitted = true;
            } else if (waiting.size() >= queueLimit) {
                rejected++;
                refused = true;
            } else {
                waiting.add(waiter);
            }
        }
        if (admitted) {
            waiter.run();
        } else if (refused) {
            waiter.emitter.fail(overloaded());
        } else {
            waiter.startWaiting();
        }
    }

    private void leave() {
        Waiter<?> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                active--;
            }
        }
        if (next != null) {
            next.resume();
        }
    }

    /** The refusal of one more caller. */
    ProblemException overloaded() {
        return ProblemException.overloaded("The " + lane.label() + " lane is full; try again shortly.", maxWait);
    }

    synchronized int active() {
        return active;
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized long rejected() {
        return rejected;
    }

    int permits() {
        return permits;
    }

    int queueLimit() {
        return queueLimit;
    }

    private final class Waiter<T> {
        private final Supplier<Uni<T>> work;
        private final UniEmitter<? super T> emitter;
        private final @Nullable Context context = Vertx.currentContext();
        private long timer = -1;

        Waiter(Supplier<Uni<T>> work, UniEmitter<? super T> emitter) {
            this.work = work;
            this.emitter = emitter;
        }

        void startWaiting() {
            timer = vertx.setTimer(maxWait.toMillis(), id -> {
                if (giveUp(true)) {
                    emitter.fail(overloaded());
                }
            });
            emitter.onTermination(() -> {
                if (giveUp(false)) {
                    vertx.cancelTimer(timer);
                }
            });
        }

        private boolean giveUp(boolean timedOut) {
            synchronized (AdmissionGate.this) {
                boolean wasWaiting = waiting.remove(this);
                if (wasWaiting && timedOut) {
                    rejected++;
                }
                return wasWaiting;
            }
        }

        void resume() {
            vertx.cancelTimer(timer);
            if (context == null) {
                run();
            } else {
                context.runOnContext(ignored -> run());
            }
        }

        void run() {
            Uni.createFrom()
                    .<T>deferred(work::get)
                    .subscribe()
                    .with(
                            item -> {
                                leave();
                                emitter.complete(item);
                            },
                            failure -> {
                                leave();
                                emitter.fail(failure);
                            });
        }
    }
}
