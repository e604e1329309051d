package dev.evenkeel.platform.jobs;

import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The events on their way to one client: at most a fixed number wait; when a slow client lets one more come, all are
 * dropped for one {@code resync}. Delivers on the client's own context.
 */
final class JobStream implements Flow.Publisher<JobEvent>, Flow.Subscription {
    private final JobAudience audience;
    private final int limit;
    private final Context context;
    private final Runnable onClose;

    private final Deque<JobEvent> waiting = new ArrayDeque<>();
    /** Live events, while those from before the client came are still being read. */
    private @Nullable List<JobEvent> held = new ArrayList<>();

    private Flow.@Nullable Subscriber<? super JobEvent> subscriber;
    private long demand;
    private boolean completed;
    private boolean closed;
    private boolean delivering;

    JobStream(JobAudience audience, int limit, Context context, Runnable onClose) {
        this.audience = audience;
        this.limit = limit;
        this.context = context;
        this.onClose = onClose;
        waiting.add(JobEvent.COMMENT);
    }

    JobAudience audience() {
        return audience;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super JobEvent> newSubscriber) {
        synchronized (this) {
            subscriber = newSubscriber;
        }
        newSubscriber.onSubscribe(this);
    }

    @Override
    public void request(long events) {
        synchronized (this) {
            demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
        }
        deliverSoon();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waiting.clear();
        }
        onClose.run();
    }

    /** Live events. */
    void offer(List<JobEvent> events) {
        synchronized (this) {
            if (held != null) {
                held.addAll(events);
                if (held.size() > limit) {
                    held = new ArrayList<>(List.of(JobEvent.resync(null)));
                }
                return;
            }
            add(events);
        }
        deliverSoon();
    }

    /** The events from before the client came; what was live meanwhile follows. */
    void begin(List<JobEvent> events) {
        synchronized (this) {
            List<JobEvent> live = held == null ? List.of() : held;
            held = null;
            add(events);
            add(live);
        }
        deliverSoon();
    }

    /** Something to keep the connection open, if nothing else waits. */
    void keepAlive() {
        synchronized (this) {
            if (!waiting.isEmpty()) {
                return;
            }
            waiting.add(JobEvent.COMMENT);
        }
        deliverSoon();
    }

    /** Ends the stream; the client may come again. */
    void complete() {
        synchronized (this) {
            completed = true;
            waiting.clear();
        }
        deliverSoon();
    }

    private void add(List<JobEvent> events) {
        if (waiting.size() + events.size() > limit) {
            waiting.clear();
            String cursor =
                    events.isEmpty() ? null : events.get(events.size() - 1).cursor();
            waiting.add(JobEvent.resync(cursor));
        } else {
            waiting.addAll(events);
        }
    }

    private void deliverSoon() {
        context.runOnContext(ignored -> deliver());
    }

    /** Only ever on the client's context; a subscriber that asks for more from within is served by the loop. */
    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            for (Runnable next = next(); next != null; next = next()) {
                next.run();
            }
        } finally {
            delivering = false;
        }
    }

    private synchronized @Nullable Runnable next() {
        Flow.Subscriber<? super JobEvent> to = subscriber;
        if (to == null || closed) {
            return null;
        }
        if (demand > 0 && !waiting.isEmpty()) {
            demand--;
            JobEvent event = waiting.remove();
            return () -> to.onNext(event);
        }
        if (completed && waiting.isEmpty()) {
            closed = true;
            return () -> {
                to.onComplete();
                onClose.run();
            };
        }
        return null;
    }
}
