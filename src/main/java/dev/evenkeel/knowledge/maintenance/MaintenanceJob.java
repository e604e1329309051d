package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs maintenance of whatever kind; one at a time on a replica, because it reads whole collections. */
@ApplicationScoped
class MaintenanceJob implements JobHandler {
    static final String KIND = "knowledge.maintenance";

    private final Database database;
    private final MaintenanceReports reports;
    private final Map<MaintenanceOperation, MaintenanceTask> tasks = new EnumMap<>(MaintenanceOperation.class);
    private final List<String> stages;

    MaintenanceJob(Database database, MaintenanceReports reports, Instance<MaintenanceTask> found) {
        this.database = database;
        this.reports = reports;
        found.forEach(task -> tasks.put(task.operation(), task));
        this.stages = tasks.values().stream()
                .flatMap(task -> task.stages().stream())
                .distinct()
                .toList();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return stages;
    }

    @Override
    public int maxConcurrent() {
        return 1;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return database.bulkSql(tx -> reports.find(tx, run.id())
                        .chain(state -> state == null
                                ? Uni.createFrom().item(Optional.<Known>empty())
                                : collection(tx, state.collectionId())
                                        .map(found -> found.map(collection -> new Known(collection, state)))))
                .chain(known ->
                        known.isEmpty() ? run.finish(tx -> Uni.createFrom().voidItem()) : run(run, known.get()));
    }

    private record Known(CollectionRef collection, MaintenanceReports.State state) {}

    private Uni<Void> run(JobRun run, Known known) {
        MaintenanceTask task = task(known.state().operation());
        return task.run(new MaintenanceRun(run, database, reports, task.stages(), known.collection(), known.state()))
                .chain(() -> run.finish(tx -> reports.finish(tx, run.id())));
    }

    private MaintenanceTask task(MaintenanceOperation operation) {
        MaintenanceTask task = tasks.get(operation);
        if (task == null) {
            throw new IllegalStateException("Nothing does " + operation);
        }
        return task;
    }

    private static Uni<Optional<CollectionRef>> collection(SqlConnection tx, UUID id) {
        return tx.preparedQuery("select " + CollectionRef.COLUMNS
                        + " from collection c where c.id = $1 and c.deleted_at is null")
                .execute(Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(CollectionRef.of(rows.iterator().next())));
    }

    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return abandoned(tx, job);
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return abandoned(tx, job);
    }

    /** It begins from the start: what it had built is gone. */
    @Override
    public Uni<Void> retried(SqlConnection tx, JobSnapshot job) {
        return reports.reset(tx, job.id());
    }

    private Uni<Void> abandoned(SqlConnection tx, JobSnapshot job) {
        return reports.find(tx, job.id())
                .chain(state -> state == null
                        ? Uni.createFrom().voidItem()
                        : tx.preparedQuery("delete from maintenance_chunk where job_id = $1")
                                .execute(Tuple.of(job.id()))
                                .chain(() -> task(state.operation()).abandoned(tx, state.place())));
    }

    /** What a job is told. */
    static JsonObject payload(JsonObject options) {
        return new JsonObject().put("options", options);
    }
}
