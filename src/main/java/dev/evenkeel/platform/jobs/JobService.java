package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people and programs may do with jobs. */
@ApplicationScoped
public class JobService {
    private static final int CLEAR_BATCH = 500;
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String REQUEUE = """
            update job set state = 'queued', due = true, run_at = now(), failures = 0, lost_leases = 0,
                cancel_requested = false, finished_at = null, changed_xid = pg_current_xact_id()
            where %s
            returning %s
            """;

    private static final String RETRY =
            REQUEUE.formatted("id = $1 and state in ('failed', 'cancelled')", JobSnapshot.COLUMNS);

    /* Of dead jobs with the same key only the latest, and none while another with that key is active. */
    private static final String REDRIVE = REQUEUE.formatted("""
            state = 'failed' and id in (
                select distinct on (kind, coalesce(unique_key, id::text)) id from job dead
                where state = 'failed' and ($1::text is null or kind = $1) and not exists (
                    select from job a where a.kind = dead.kind and a.unique_key = dead.unique_key
                        and a.unique_key is not null and a.state in ('queued', 'running') and not a.cancel_requested)
                order by kind, coalesce(unique_key, id::text), id desc)
            """, JobSnapshot.COLUMNS);

    private final Database database;
    private final JobHandlers handlers;
    private final JobViews views;
    private final JobCancellation cancellation;
    private final JobSignals signals;
    private final JobKinds kinds;

    JobService(
            Database database,
            JobHandlers handlers,
            JobViews views,
            JobCancellation cancellation,
            JobSignals signals,
            JobKinds kinds) {
        this.database = database;
        this.handlers = handlers;
        this.views = views;
        this.cancellation = cancellation;
        this.signals = signals;
        this.kinds = kinds;
    }

    /** One page, newest first. */
    public Uni<Page<JobView>> list(JobFilter filter, int limit, @Nullable String cursor) {
        UUID before =
                cursor == null ? null : JobIds.parse(Cursor.decode(cursor, 1).get(0));
        if (cursor != null && before == null) {
            throw Cursor.invalid();
        }
        return database.read(() -> Job.page(filter, before, limit + 1)).map(jobs -> {
            List<Job> items = jobs.subList(0, Math.min(limit, jobs.size()));
            String next =
                    jobs.size() > limit ? Cursor.encode(items.get(limit - 1).id.toString()) : null;
            return new Page<>(items.stream().map(views::of).toList(), next);
        });
    }

    /**
     * A job with its history.
     *
     * @throws ProblemException (as failure) 404 when there is none within reach
     */
    public Uni<JobView> detail(Reach reach, UUID id) {
        return database.read(() -> Job.withAttempts(reach, id))
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("job"))
                .map(found -> views.of(found.job(), found.attempts()));
    }

    /** Cancels a job; see {@link JobCancellation#byId}. */
    public Uni<JobView> cancel(Reach reach, UUID id) {
        return database.writeSql(tx -> require(tx, reach, id).chain(() -> cancellation.byId(tx, id)))
                .invoke(signals::change)
                .chain(() -> detail(reach, id));
    }

    /**
     * Puts a dead or cancelled job back into the queue, with all its attempts before it.
     *
     * @throws ProblemException (as failure) 404; 409 when it is neither, or another with its key is active
     */
    Uni<JobView> retry(Reach reach, UUID id) {
        return database.writeSql(tx -> require(tx, reach, id)
                        .chain(() -> tx.preparedQuery(RETRY).execute(Tuple.of(id)))
                        .chain(rows -> rows.size() == 0 ? refuseRetry(tx, id) : tellHandlers(tx, rows)))
                .onFailure(JobService::sameKeyActive)
                .transform(failure -> ProblemException.conflict("Another job with the same key is active."))
                .invoke(signals::work)
                .chain(() -> detail(reach, id));
    }

    /** Puts all dead jobs, or those of one kind, back into the queue; the number of them. */
    Uni<Integer> redrive(@Nullable String kind) {
        return database.writeSql(tx -> tx.preparedQuery(REDRIVE)
                        .execute(Tuple.tuple().addString(kind))
                        .call(rows -> tellHandlers(tx, rows))
                        .map(RowSet::size))
                .onFailure(JobService::sameKeyActive)
                .transform(failure -> ProblemException.conflict("A job with the same key came meanwhile; try again."))
                .invoke(signals::work);
    }

    /** Cancels all queued jobs of a kind, some hundred at a time; the number of them. */
    Uni<Integer> clear(String kind) {
        return clear(kind, Reach.EVERYTHING);
    }

    /** Cancels the queued jobs of a kind that work within a reach, some hundred at a time; the number of them. */
    public Uni<Integer> clear(String kind, Reach within) {
        return clear(kind, within, 0).invoke(signals::change);
    }

    /** Lets the queued jobs of a kind wait, or start again; running ones are left alone. */
    public Uni<KindView> pause(String kind, boolean paused) {
        Uni<KindView> change = kinds.pause(kind, paused);
        return paused ? change : change.invoke(signals::work);
    }

    /** Puts a queued job in front of those of a lower priority; nothing happens to one that is not queued, or further ahead. */
    public Uni<Void> raise(UUID id, JobPriority priority) {
        return database.writeSql(tx -> tx.preparedQuery("""
                                update job set priority = $2, changed_xid = pg_current_xact_id()
                                where id = $1 and state = 'queued' and priority > $2""").execute(Tuple.of(id, priority.rank())))
                .invoke(signals::change)
                .replaceWithVoid();
    }

    private Uni<Integer> clear(String kind, Reach within, int before) {
        return database.writeSql(tx -> cancellation.queuedOfKind(tx, kind, within, CLEAR_BATCH))
                .chain(cancelled ->
                        cancelled == 0 ? Uni.createFrom().item(before) : clear(kind, within, before + cancelled));
    }

    private Uni<Void> tellHandlers(SqlConnection tx, RowSet<Row> rows) {
        Uni<Void> told = Uni.createFrom().voidItem();
        for (Row row : rows) {
            JobSnapshot job = JobSnapshot.of(row);
            JobHandler handler = handlers.find(job.kind());
            if (handler != null) {
                told = told.chain(() -> handler.retried(tx, job));
            }
        }
        return told;
    }

    private static Uni<Void> require(SqlConnection tx, Reach reach, UUID id) {
        SqlConditions conditions = reach.restrict(new SqlConditions().and("id = $", id), "owner_id", "collection_id");
        return tx.preparedQuery("select 1 from job" + conditions.where())
                .execute(conditions.tuple())
                .invoke(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("job");
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<Void> refuseRetry(SqlConnection tx, UUID id) {
        return tx.preparedQuery("select state from job where id = $1")
                .execute(Tuple.of(id))
                .chain(rows -> Uni.createFrom()
                        .failure(
                                rows.size() == 0
                                        ? ProblemException.notFound("job")
                                        : ProblemException.conflict(
                                                "Only a failed or cancelled job can be retried; this one is "
                                                        + rows.iterator().next().getString("state") + ".")));
    }

    private static boolean sameKeyActive(Throwable failure) {
        PgException database = JobFailures.find(failure, PgException.class);
        return database != null && UNIQUE_VIOLATION.equals(database.getSqlState());
    }
}
