package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run in this replica. The handler's calls come on the run's context, the runner's from another. */
final class RunningJob implements JobRun {
    private final ClaimedJob job;
    private final JobHandler handler;
    private final JobStore store;
    private final Database database;
    private final Runnable changed;
    private final BooleanSupplier stopping;
    private final long startedNanos = System.nanoTime();

    private StageProgress progress = StageProgress.NONE;
    private long stageSinceMs = System.currentTimeMillis();
    private volatile long lastSignNanos = startedNanos;
    /** What is told that the run is not wanted any more. */
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    private volatile boolean lost;
    private volatile boolean cancelled;
    private volatile boolean finished;

    RunningJob(
            ClaimedJob job,
            JobHandler handler,
            JobStore store,
            Database database,
            Runnable changed,
            BooleanSupplier stopping) {
        this.job = job;
        this.handler = handler;
        this.store = store;
        this.database = database;
        this.changed = changed;
        this.stopping = stopping;
    }

    @Override
    public UUID id() {
        return job.id();
    }

    @Override
    public int attempt() {
        return job.attempt();
    }

    @Override
    public JsonObject payload() {
        return job.payload();
    }

    @Override
    public @Nullable UUID subjectId() {
        return job.subjectId();
    }

    @Override
    public <T> Uni<T> step(String stage, long done, long total, Function<SqlConnection, Uni<T>> work) {
        return guarded(false, () -> {
            StageProgress next = advanced(stage, done, total);
            return database.bulkSql(tx -> work.apply(tx).call(ignored -> store.progress(tx, job, next.toJson())))
                    .invoke(() -> accept(next));
        });
    }

    @Override
    public Uni<Void> progress(String stage, long done, long total) {
        return guarded(false, () -> {
            StageProgress next = advanced(stage, done, total);
            return store.progress(job, next.toJson()).invoke(() -> accept(next));
        });
    }

    @Override
    public <T> Uni<T> finish(Function<SqlConnection, Uni<T>> work) {
        return guarded(
                true,
                () -> database.bulkSql(tx -> work.apply(tx).call(ignored -> store.succeed(tx, job, progress.toJson())))
                        .invoke(() -> {
                            finished = true;
                            changed.run();
                        }));
    }

    @Override
    public <T> Uni<T> whileWanted(Uni<T> work) {
        return guarded(false, () -> Uni.combine().any().of(work, unwanted()));
    }

    /** Never has an item; fails, on the context of who waits, when the run is to end. */
    private <T> Uni<T> unwanted() {
        return Uni.createFrom().emitter(emitter -> {
            ContextInternal context = ContextInternal.current();
            Runnable end = () -> context.runOnContext(ignored -> refusal().ifPresent(emitter::fail));
            waiting.add(end);
            emitter.onTermination(() -> waiting.remove(end));
            end.run();
        });
    }

    private Optional<RuntimeException> refusal() {
        if (lost) {
            return Optional.of(new JobFenced());
        }
        if (cancelled) {
            return Optional.of(new JobCancelled());
        }
        return stopping.getAsBoolean() ? Optional.of(new JobReleased()) : Optional.empty();
    }

    /** Refuses at once what could only fail at its end, and remembers why a step failed whatever the handler does. */
    private <T> Uni<T> guarded(boolean last, Supplier<Uni<T>> step) {
        return Uni.createFrom()
                .deferred(() -> {
                    Optional<RuntimeException> refusal = refusal();
                    if (refusal.isPresent() && !(last && refusal.get() instanceof JobReleased)) {
                        throw refusal.get();
                    }
                    return step.get();
                })
                .onFailure()
                .invoke(failure -> {
                    if (JobFailures.find(failure, JobFenced.class) != null) {
                        lost = true;
                    }
                    if (JobFailures.find(failure, JobCancelled.class) != null) {
                        cancelled = true;
                    }
                });
    }

    private StageProgress advanced(String stage, long done, long total) {
        if (!handler.stages().contains(stage)) {
            throw new IllegalArgumentException("Jobs of kind " + job.kind() + " have no stage " + stage);
        }
        return progress.with(stage, done, total, stageSinceMs, System.currentTimeMillis(), job.attempt() == 1);
    }

    private void accept(StageProgress next) {
        progress = next;
        stageSinceMs = System.currentTimeMillis();
        lastSignNanos = System.nanoTime();
        changed.run();
    }

    ClaimedJob job() {
        return job;
    }

    JobHandler handler() {
        return handler;
    }

    long startedNanos() {
        return startedNanos;
    }

    boolean isFinished() {
        return finished;
    }

    boolean isLost() {
        return lost;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** The database says that the job is somebody else's. */
    void lose() {
        lost = true;
        wake();
    }

    /** The database says that the job is to be cancelled. */
    void cancel() {
        cancelled = true;
        wake();
    }

    /** Something has become true that ends a wait. */
    void wake() {
        waiting.forEach(Runnable::run);
    }

    boolean isStalled() {
        return System.nanoTime() - lastSignNanos > handler.stallLimit().toNanos();
    }
}
