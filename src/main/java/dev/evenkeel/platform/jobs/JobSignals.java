package dev.evenkeel.platform.jobs;

import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Hints that there is work, or that a job has changed. A hint may be lost or come twice; polling is the truth.
 *
 * <p>Other replicas are told by NOTIFY, which takes a lock on the whole database at commit: never in a business
 * transaction, and at most {@value #NOTIFICATIONS_PER_S} times a second however much is announced.
 */
@ApplicationScoped
class JobSignals {
    static final String CHANNEL = "evenkeel_jobs";
    static final int NOTIFICATIONS_PER_S = 20;

    private static final Logger LOG = Logger.getLogger(JobSignals.class);
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1) / NOTIFICATIONS_PER_S;

    private final Vertx vertx;
    private final JobStore store;
    private final List<Runnable> onWork = new CopyOnWriteArrayList<>();
    private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
    private final AtomicBoolean notificationPending = new AtomicBoolean();
    private final AtomicLong lastNotificationNanos = new AtomicLong(System.nanoTime() - GAP_NANOS);

    JobSignals(Vertx vertx, JobStore store) {
        this.vertx = vertx;
        this.store = store;
    }

    void onWork(Runnable listener) {
        onWork.add(listener);
    }

    void noMoreWork(Runnable listener) {
        onWork.remove(listener);
    }

    void onChange(Runnable listener) {
        onChange.add(listener);
    }

    /** There is new work in the queue, committed: tells this replica at once and the others soon. */
    void work() {
        workElsewhere();
        if (notificationPending.compareAndSet(false, true)) {
            long waitNanos = lastNotificationNanos.get() + GAP_NANOS - System.nanoTime();
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1), id -> sendNotification());
        }
    }

    /** Another replica says that there is work. */
    void workElsewhere() {
        onWork.forEach(Runnable::run);
        change();
    }

    /** A job has changed. */
    void change() {
        onChange.forEach(Runnable::run);
    }

    private void sendNotification() {
        lastNotificationNanos.set(System.nanoTime());
        notificationPending.set(false);
        store.notifyRunners()
                .subscribe()
                .with(
                        ignored -> {},
                        failure -> LOG.debugf(failure, "Other replicas were not told of new jobs; they will poll"));
    }
}
