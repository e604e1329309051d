package dev.evenkeel.platform.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The hub of this replica: while anybody listens, asks once for what has changed and gives it to all. It looks when
 * something happens here, at most every {@value #GAP_MS} ms, and otherwise at the poll interval.
 */
@ApplicationScoped
class JobEvents {
    private static final Logger LOG = Logger.getLogger(JobEvents.class);
    private static final long GAP_MS = 100;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final ContextInternal context;
    private final JobChanges changes;
    private final JobViews views;
    private final JobMetrics metrics;
    private final ObjectMapper json;
    private final JobsConfig.Events config;

    private final Set<JobStream> streams = new LinkedHashSet<>();
    private @Nullable String cursor;
    /** Streams that still read what was before them; the first of them gives the hub its cursor. */
    private final AtomicInteger beginnings = new AtomicInteger();

    private boolean looking;
    private boolean again;
    private long timer = -1;
    private long lastLookNanos;
    private long keepAliveTimer = -1;
    private long recheckTimer = -1;
    private boolean stopped;

    JobEvents(
            Vertx vertx,
            JobChanges changes,
            JobViews views,
            JobMetrics metrics,
            ObjectMapper json,
            JobsConfig config,
            JobSignals signals) {
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.changes = changes;
        this.views = views;
        this.metrics = metrics;
        this.json = json;
        this.config = config.events();
        signals.onChange(this::lookSoon);
    }

    /**
     * Opens a stream that delivers on the given context.
     *
     * @param lastEventId the cursor of the last event that the client saw, if it comes again
     * @throws ProblemException 429 when the principal, 503 when the replica has too many streams
     */
    JobStream open(JobAudience audience, @Nullable String lastEventId, Context client) {
        JobStream[] self = new JobStream[1];
        JobStream stream = new JobStream(audience, config.buffer(), client, () -> closed(self[0]));
        self[0] = stream;
        admit(stream);
        boolean resumes = lastEventId != null && JobChanges.isCursor(lastEventId);
        RunContexts.run(
                context,
                () -> changes.since(resumes ? lastEventId : null)
                        .subscribe()
                        .with(
                                found -> begun(
                                        stream,
                                        beginning(audience.filter(), found, lastEventId == null || resumes),
                                        found.cursor()),
                                failure -> begun(stream, List.of(JobEvent.resync(null)), null)));
        return stream;
    }

    /** A hub that has just woken up goes on from where its first stream began, so that nothing falls between. */
    private void begun(JobStream stream, List<JobEvent> events, @Nullable String begunAt) {
        beginnings.decrementAndGet();
        if (cursor == null) {
            cursor = begunAt;
        }
        stream.begin(events);
        lookSoon();
    }

    private synchronized void admit(JobStream stream) {
        if (stopped) {
            throw ProblemException.unavailable("This replica is stopping.", RETRY_AFTER);
        }
        if (streams.size() >= config.streams()) {
            throw ProblemException.overloaded("Too many streams are open here.", RETRY_AFTER);
        }
        long own = streams.stream()
                .filter(other ->
                        other.audience().principal().equals(stream.audience().principal()))
                .count();
        if (own >= config.streamsPerPrincipal()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.RATE_LIMITED,
                            "No more than " + config.streamsPerPrincipal() + " streams may be open at once."),
                    RETRY_AFTER);
        }
        // Before anybody sees the stream: a look that is due just now leaves the cursor to it.
        beginnings.incrementAndGet();
        streams.add(stream);
        metrics.streams(streams.size());
        if (keepAliveTimer < 0) {
            keepAliveTimer = context.owner()
                    .setPeriodic(config.heartbeat().toMillis(), id -> open().forEach(JobStream::keepAlive));
            recheckTimer = context.owner()
                    .setPeriodic(config.recheckInterval().toMillis(), id -> open().forEach(this::recheck));
        }
    }

    private synchronized void closed(JobStream stream) {
        streams.remove(stream);
        metrics.streams(streams.size());
        if (streams.isEmpty()) {
            context.owner().cancelTimer(keepAliveTimer);
            context.owner().cancelTimer(recheckTimer);
            keepAliveTimer = -1;
        }
    }

    /** Ends a stream whose credential was revoked or reaches something else now; a failure to ask ends nothing. */
    private void recheck(JobStream stream) {
        RunContexts.run(
                context,
                () -> stream.audience()
                        .credential()
                        .get()
                        .subscribe()
                        .with(
                                caller -> {
                                    if (!caller.reach()
                                            .equals(stream.audience().filter().reach())) {
                                        stream.complete();
                                    }
                                },
                                failure -> {
                                    if (failure instanceof AuthenticationFailedException
                                            || failure instanceof ProblemException refused
                                                    && refused.problem().status() == ProblemType.FORBIDDEN.status()) {
                                        stream.complete();
                                    }
                                }));
    }

    private synchronized List<JobStream> open() {
        return List.copyOf(streams);
    }

    private List<JobEvent> beginning(JobFilter filter, JobChanges.Changes found, boolean seamless) {
        if (!found.complete() || !seamless) {
            return List.of(JobEvent.resync(found.cursor()));
        }
        List<JobEvent> events = new ArrayList<>();
        found.jobs().stream().filter(filter::accepts).map(this::event).forEach(events::add);
        events.add(JobEvent.ready(found.cursor()));
        return events;
    }

    private void lookSoon() {
        context.runOnContext(ignored -> {
            if (looking) {
                again = true;
            } else if (open().isEmpty()) {
                cursor = null;
            } else {
                long sinceMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastLookNanos);
                schedule(Math.max(1, GAP_MS - sinceMs));
            }
        });
    }

    private void schedule(long delayMs) {
        context.owner().cancelTimer(timer);
        timer = context.setTimer(delayMs, id -> look());
    }

    private void look() {
        if (looking) {
            return;
        }
        if (open().isEmpty()) {
            cursor = null;
            return;
        }
        if (cursor == null && beginnings.get() > 0) {
            return;
        }
        looking = true;
        again = false;
        lastLookNanos = System.nanoTime();
        String since = cursor;
        RunContexts.run(
                context,
                () -> changes.since(since).subscribe().with(found -> deliver(since, found), failure -> {
                    LOG.debugf(failure, "The changes of jobs could not be read");
                    looked();
                }));
    }

    private void deliver(@Nullable String since, JobChanges.Changes found) {
        cursor = found.cursor();
        if (since == null || !found.complete()) {
            open().forEach(stream -> stream.offer(List.of(JobEvent.resync(found.cursor()))));
        } else if (!found.jobs().isEmpty()) {
            List<JobEvent> all = found.jobs().stream().map(this::event).toList();
            for (JobStream stream : open()) {
                stream.offer(selected(stream.audience().filter(), found, all));
            }
        }
        looked();
    }

    /** The events for one client; the cursor is on the last, because only then has all before it been seen. */
    private static List<JobEvent> selected(JobFilter filter, JobChanges.Changes found, List<JobEvent> all) {
        List<JobEvent> events = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (filter.accepts(found.jobs().get(i))) {
                events.add(all.get(i));
            }
        }
        if (!events.isEmpty()) {
            int last = events.size() - 1;
            events.set(last, events.get(last).withCursor(found.cursor()));
        }
        return events;
    }

    private void looked() {
        looking = false;
        schedule(again ? GAP_MS : config.pollInterval().toMillis());
    }

    private JobEvent event(Job job) {
        try {
            return JobEvent.job(json.writeValueAsString(views.of(job)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Open streams would hold up the shutdown, so they end when it begins. */
    void shutdownBegins(@Observes ShutdownDelayInitiatedEvent event) {
        stop();
    }

    void stop() {
        List<JobStream> open;
        synchronized (this) {
            stopped = true;
            open = List.copyOf(streams);
        }
        open.forEach(JobStream::complete);
    }
}
