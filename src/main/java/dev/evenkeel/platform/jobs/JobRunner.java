package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.OffloadConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of one replica: claims as many as it has room for, gives each a Vert.x context of its own, keeps their
 * leases and ends them.
 *
 * <p>All state is confined to one event-loop context; nothing here waits. The queue is looked at when a hint comes, when
 * a run ends while more was waiting, and at the poll interval.
 */
@ApplicationScoped
class JobRunner {
    private static final Logger LOG = Logger.getLogger(JobRunner.class);
    private static final int HEARTBEATS_PER_LEASE = 3;
    private static final long STOP_CHECK_MS = 20;

    private final UUID id = UUID.randomUUID();
    private final VertxInternal vertx;
    private final ContextInternal context;
    private final JobStore store;
    private final Database database;
    private final JobHandlers handlers;
    private final JobSignals signals;
    private final JobEnding ending;
    private final JobMetrics metrics;
    private final JobsConfig config;
    private final int concurrency;
    private final Runnable onWork = this::wake;

    private final Map<UUID, RunningJob> active = new LinkedHashMap<>();
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private boolean started;
    private boolean claiming;
    /** Somebody asked for a look at the queue while one was under way. */
    private boolean again;
    /** Jobs may be waiting that there was no room for. */
    private boolean backlog;

    private boolean databaseAway;
    private volatile boolean stopping;

    JobRunner(
            Vertx vertx,
            JobStore store,
            Database database,
            JobHandlers handlers,
            JobSignals signals,
            JobEnding ending,
            JobMetrics metrics,
            JobsConfig config,
            OffloadConfig offload) {
        this.vertx = (VertxInternal) vertx;
        this.context = this.vertx.createEventLoopContext();
        this.store = store;
        this.database = database;
        this.handlers = handlers;
        this.signals = signals;
        this.ending = ending;
        this.metrics = metrics;
        this.config = config;
        this.concurrency = config.concurrencyInForce(offload);
    }

    UUID id() {
        return id;
    }

    void start() {
        context.runOnContext(ignored -> {
            started = true;
            signals.onWork(onWork);
            scheduleHeartbeat();
            tick();
        });
    }

    /** Claims nothing more, lets the present steps end, and puts what is left back into the queue. */
    Uni<Void> stop() {
        signals.noMoreWork(onWork);
        stopping = true;
        context.runOnContext(ignored -> active.values().forEach(RunningJob::wake));
        long deadlineNanos = System.nanoTime() + config.shutdownGrace().toNanos();
        return Uni.createFrom()
                .<Void>emitter(emitter ->
                        context.runOnContext(ignored -> whenIdle(deadlineNanos, () -> emitter.complete(null))))
                .chain(() -> started ? store.releaseAll(id) : Uni.createFrom().item(0))
                .invoke(released -> {
                    if (released > 0) {
                        LOG.infof("%d running jobs were put back into the queue", released);
                    }
                })
                .replaceWithVoid();
    }

    private void whenIdle(long deadlineNanos, Runnable then) {
        if (active.isEmpty() && !claiming || System.nanoTime() - deadlineNanos >= 0) {
            then.run();
        } else {
            context.setTimer(STOP_CHECK_MS, timer -> whenIdle(deadlineNanos, then));
        }
    }

    /** A look at the queue soon; many calls at once are one. */
    void wake() {
        if (wakePending.compareAndSet(false, true)) {
            context.runOnContext(ignored -> {
                wakePending.set(false);
                claim();
            });
        }
    }

    private void claim() {
        if (!started || stopping) {
            return;
        }
        int free = concurrency - active.size();
        Map<String, Integer> slots = slots(free);
        if (claiming || slots.isEmpty()) {
            again |= claiming;
            backlog = true;
            return;
        }
        claiming = true;
        again = false;
        store.claim(id, slots, free).subscribe().with(jobs -> claimed(jobs, slots, free), this::claimFailed);
    }

    /** Room for each kind; kinds without room are left out. */
    private Map<String, Integer> slots(int free) {
        Map<String, Integer> running = new HashMap<>();
        active.values().forEach(run -> running.merge(run.job().kind(), 1, Integer::sum));
        Map<String, Integer> slots = new LinkedHashMap<>();
        for (JobHandler handler : handlers.active()) {
            int room = Math.min(free, handler.maxConcurrent() - running.getOrDefault(handler.kind(), 0));
            if (room > 0) {
                slots.put(handler.kind(), room);
            }
        }
        return slots;
    }

    private void claimed(List<ClaimedJob> jobs, Map<String, Integer> slots, int free) {
        claiming = false;
        databaseIsBack();
        metrics.claimed(jobs.size());
        backlog = jobs.size() >= free;
        Map<String, Integer> got = new HashMap<>();
        for (ClaimedJob job : jobs) {
            int count = got.merge(job.kind(), 1, Integer::sum);
            backlog |= count >= slots.getOrDefault(job.kind(), free);
            begin(job);
        }
        if (!jobs.isEmpty()) {
            signals.change();
        }
        if (again || backlog) {
            claim();
        }
    }

    private void claimFailed(Throwable failure) {
        claiming = false;
        databaseIsAway(failure);
    }

    /** Starts a run, or ends the job when it was only claimed for that. */
    private void begin(ClaimedJob job) {
        JobHandler handler = handlers.find(job.kind());
        RunningJob earlier = active.get(job.id());
        // A claim that a crash of the server took back may come again while its first run is still at work.
        if (stopping || handler == null || earlier != null && earlier.attempt() == job.attempt()) {
            return;
        }
        if (earlier != null) {
            // It has ended in the database; the news of it is still under way here.
            earlier.lose();
        }
        RunningJob run = new RunningJob(job, handler, store, database, signals::change, () -> stopping);
        active.put(job.id(), run);
        metrics.running(active.size());
        RunContexts.run(
                vertx.createEventLoopContext(),
                () -> attempt(run).subscribe().with(outcome -> endedSoon(run, outcome), failure -> {
                    LOG.errorf(failure, "Job %s could not be ended", job.id());
                    endedSoon(run, JobOutcome.Kind.LOST);
                }));
    }

    private Uni<JobOutcome.Kind> attempt(RunningJob run) {
        ClaimedJob job = run.job();
        if (job.cancelRequested()) {
            return end(run, JobOutcome.cancelled());
        }
        if (job.lostLeases() >= config.maxLostLeases()) {
            return end(
                    run,
                    JobOutcome.dead(JobError.of("runner_lost", "The replica running this job vanished too often.")));
        }
        return Uni.createFrom()
                .deferred(() -> run.handler().run(run))
                .chain(() -> afterReturn(run))
                .onFailure()
                .recoverWithUni(failure -> afterFailure(run, failure));
    }

    private Uni<JobOutcome.Kind> afterReturn(RunningJob run) {
        return run.isFinished()
                ? Uni.createFrom().item(JobOutcome.Kind.SUCCEEDED)
                : Uni.createFrom()
                        .failure(new IllegalStateException("The handler returned without finishing the job."));
    }

    private Uni<JobOutcome.Kind> afterFailure(RunningJob run, Throwable failure) {
        ClaimedJob job = run.job();
        if (run.isFinished()) {
            LOG.warnf(failure, "Handler of job kind %s failed after job %s had succeeded", job.kind(), job.id());
            return Uni.createFrom().item(JobOutcome.Kind.SUCCEEDED);
        }
        if (run.isLost()) {
            LOG.infof("Job %s, attempt %d, is no longer this replica's", job.id(), job.attempt());
            return Uni.createFrom().item(JobOutcome.Kind.LOST);
        }
        if (run.isCancelled()) {
            return end(run, JobOutcome.cancelled());
        }
        if (JobFailures.find(failure, JobReleased.class) != null) {
            return end(run, JobOutcome.released());
        }
        return end(run, outcome(job, failure));
    }

    private JobOutcome outcome(ClaimedJob job, Throwable failure) {
        PermanentFailure permanent = JobFailures.find(failure, PermanentFailure.class);
        if (permanent != null) {
            LOG.infof("Job %s of kind %s failed: %s", job.id(), job.kind(), permanent.getMessage());
            return JobOutcome.dead(JobError.of(permanent.code(), permanent.getMessage()));
        }
        RetryLater later = JobFailures.environmental(failure);
        if (later != null) {
            LOG.debugf(failure, "Job %s of kind %s waits %s", job.id(), job.kind(), later.delay());
            return JobOutcome.deferred(JobError.of("not_ready", later.getMessage()), jittered(later.delay()));
        }
        return afterError(job, JobError.of("unexpected", JobFailures.describe(failure)), failure);
    }

    private JobOutcome afterError(ClaimedJob job, JobError error, @Nullable Throwable failure) {
        if (job.failures() + 1 >= job.maxAttempts()) {
            LOG.warnf(failure, "Job %s of kind %s failed for good: %s", job.id(), job.kind(), error.message());
            return JobOutcome.dead(error);
        }
        Duration delay = RetryBackoff.delay(job.failures(), config.retryBase(), config.retryCap());
        LOG.infof(failure, "Job %s of kind %s failed and will be repeated in %s", job.id(), job.kind(), delay);
        return JobOutcome.retry(error, delay);
    }

    private Uni<JobOutcome.Kind> end(RunningJob run, JobOutcome outcome) {
        return ending.end(run.job(), run.handler(), outcome, () -> stopping);
    }

    private void endedSoon(RunningJob run, JobOutcome.Kind outcome) {
        context.runOnContext(ignored -> ended(run, outcome));
    }

    private void ended(RunningJob run, JobOutcome.Kind outcome) {
        if (!active.remove(run.id(), run)) {
            return;
        }
        metrics.running(active.size());
        metrics.ended(run.job().kind(), outcome, System.nanoTime() - run.startedNanos());
        signals.change();
        if (backlog) {
            claim();
        }
    }

    /** The regular look: due jobs, jobs of vanished runners, and the queue. */
    private void tick() {
        if (stopping) {
            return;
        }
        store.promote()
                .chain(this::noticeCancellations)
                .chain(() -> store.sweep(id, activeKinds()))
                .subscribe()
                .with(
                        swept -> {
                            databaseIsBack();
                            if (swept.queued() + swept.toEnd().size() > 0) {
                                LOG.infof(
                                        "Took back %d jobs of vanished runners",
                                        swept.queued() + swept.toEnd().size());
                            }
                            swept.toEnd().forEach(this::begin);
                            claim();
                            scheduleTick();
                        },
                        failure -> {
                            databaseIsAway(failure);
                            scheduleTick();
                        });
    }

    /** Sooner than the next heartbeat would. */
    private Uni<Void> noticeCancellations() {
        List<RunningJob> runs = List.copyOf(active.values());
        return runs.isEmpty()
                ? Uni.createFrom().voidItem()
                : store.toCancel(id, runs.stream().map(RunningJob::id).toList())
                        .invoke(ids -> runs.stream()
                                .filter(run -> ids.contains(run.id()))
                                .forEach(RunningJob::cancel))
                        .replaceWithVoid();
    }

    private List<String> activeKinds() {
        return handlers.active().stream().map(JobHandler::kind).toList();
    }

    private void scheduleTick() {
        context.setTimer(Math.max(1, jittered(config.pollInterval()).toMillis()), timer -> tick());
    }

    private void scheduleHeartbeat() {
        long intervalMs = Math.max(1, config.lease().toMillis() / HEARTBEATS_PER_LEASE);
        context.setTimer(intervalMs, timer -> heartbeat());
    }

    private void heartbeat() {
        giveUpStalled();
        List<RunningJob> runs = List.copyOf(active.values());
        if (runs.isEmpty()) {
            if (!stopping) {
                scheduleHeartbeat();
            }
            return;
        }
        store.heartbeat(id, runs.stream().map(RunningJob::id).toList())
                .subscribe()
                .with(
                        held -> {
                            heard(runs, held);
                            scheduleHeartbeat();
                        },
                        failure -> {
                            databaseIsAway(failure);
                            scheduleHeartbeat();
                        });
    }

    private static void heard(List<RunningJob> runs, List<JobStore.HeldJob> held) {
        Map<UUID, JobStore.HeldJob> mine = new HashMap<>();
        held.forEach(job -> mine.put(job.id(), job));
        for (RunningJob run : runs) {
            JobStore.HeldJob job = mine.get(run.id());
            if (job == null || job.attempt() != run.attempt()) {
                run.lose();
            } else if (job.cancelRequested()) {
                run.cancel();
            }
        }
    }

    /** Frees the room of runs that have not been heard of for too long; whatever they still do is fenced off. */
    private void giveUpStalled() {
        for (RunningJob run : List.copyOf(active.values())) {
            if (run.isStalled() && !run.isLost()) {
                run.lose();
                JobError error = JobError.of(
                        "stalled",
                        "No progress was reported for " + run.handler().stallLimit() + ".");
                end(run, afterError(run.job(), error, null))
                        .subscribe()
                        .with(outcome -> endedSoon(run, outcome), this::databaseIsAway);
            }
        }
    }

    private void databaseIsAway(Throwable failure) {
        if (!databaseAway && !stopping) {
            databaseAway = true;
            LOG.warnf("The job queue cannot be reached, trying again: %s", failure.getMessage());
        }
    }

    private void databaseIsBack() {
        if (databaseAway) {
            databaseAway = false;
            LOG.info("The job queue is reached again");
        }
    }

    /** Give or take a quarter, so that replicas do not move in step. */
    private static Duration jittered(Duration duration) {
        double factor = 0.75 + ThreadLocalRandom.current().nextDouble() / 2;
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }
}
