package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.maintenance.MaintenanceReports.State;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.PermanentFailure;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One attempt at a maintenance job. The stages are made of batches; what a batch found, what it changed and where the next one begins
 * are stored in one transaction, so that a run that is repeated leaves nothing out and counts nothing twice.
 */
final class MaintenanceRun {
    private static final String DONE = "done";

    private final JobRun job;
    private final Database database;
    private final MaintenanceReports reports;
    private final List<String> stages;
    private final CollectionRef collection;
    private State state;
    private long batches;

    MaintenanceRun(
            JobRun job,
            Database database,
            MaintenanceReports reports,
            List<String> stages,
            CollectionRef collection,
            State state) {
        this.job = job;
        this.database = database;
        this.reports = reports;
        this.stages = stages;
        this.collection = collection;
        this.state = state;
    }

    CollectionRef collection() {
        return collection;
    }

    UUID jobId() {
        return job.id();
    }

    boolean dryRun() {
        return state.dryRun();
    }

    JsonObject options() {
        return job.payload().getJsonObject("options", new JsonObject());
    }

    /** A number of the report so far. */
    long count(String name) {
        return state.counts().getOrDefault(name, 0L);
    }

    /** A stage whose batches read what they need, and change, in the transaction in which they are stored. */
    Uni<Void> change(String stage, BiFunction<SqlConnection, JsonObject, Uni<Progress>> batch) {
        return loop(stage, place -> step(stage, tx -> batch.apply(tx, place)));
    }

    /** A stage that changes nothing: its batches are read first, in transactions of their own choice, then stored. */
    Uni<Void> look(String stage, Function<JsonObject, Uni<Progress>> batch) {
        return loop(
                stage,
                place -> batch.apply(place)
                        .chain(progress -> step(stage, tx -> Uni.createFrom().item(progress))));
    }

    /** Reads in one transaction that sees one moment, and writes nothing. */
    <T> Uni<T> snapshot(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(tx -> tx.query("set transaction isolation level repeatable read, read only")
                .execute()
                .chain(() -> work.apply(tx)));
    }

    /** Reads in one transaction. */
    <T> Uni<T> read(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(work);
    }

    /** Says that the run is alive, between two batches. */
    Uni<Void> alive(String stage) {
        return job.progress(stage, batches, 0);
    }

    private Uni<Void> loop(String stage, Function<JsonObject, Uni<Progress>> batch) {
        if (isDone(stage)) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.apply(stage.equals(state.stage()) ? state.place() : new JsonObject()))
                .whilst(progress -> !isDone(stage))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private boolean isDone(String stage) {
        String reached = state.stage();
        int order = reached == null ? 0 : Integer.compare(stages.indexOf(reached), stages.indexOf(stage));
        return order > 0 || stage.equals(reached) && state.place().getBoolean(DONE, false);
    }

    private Uni<Progress> step(String stage, Function<SqlConnection, Uni<Progress>> work) {
        long done = batches + 1;
        return job.step(
                        stage,
                        done,
                        0,
                        tx -> work.apply(tx).chain(progress -> {
                            State next = state.after(stage, progress, new JsonObject().put(DONE, true));
                            return reports.save(tx, job.id(), state, next, progress.findings())
                                    .invoke(stored -> {
                                        if (!stored) {
                                            throw new PermanentFailure(
                                                    "collection_deleted", "The collection was deleted meanwhile.");
                                        }
                                    })
                                    .replaceWith(new Stored(progress, next));
                        }))
                .invoke(stored -> {
                    state = stored.state();
                    batches = done;
                })
                .map(Stored::progress);
    }

    private record Stored(Progress progress, State state) {}
}
