package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Pools;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements of the runners: claims, leases, fenced progress, ends. */
@ApplicationScoped
class JobStore {
    /** Attempts without success that the history of one job keeps. */
    static final int HISTORY = 20;

    private static final int SWEEP_LIMIT = 100;
    private static final int PROMOTE_LIMIT = 1000;

    /*
     * The picked ids pass through an array, so that the plan is a look-up by primary key whatever the planner believes
     * about the size of the queue. A kind may lock more than it gets; those locks end with the statement.
     */
    private static final String CLAIM = """
            with wanted as (
                select k.kind, k.slots from unnest($1::text[], $2::int[]) as k(kind, slots)
                where not exists (select from job_kind p where p.kind = k.kind and p.paused)),
            picked as (
                select c.id from wanted w cross join lateral (
                    select id, priority, seq from job
                    where kind = w.kind and state = 'queued' and due
                    order by priority, seq limit w.slots for update skip locked) c
                order by c.priority, c.seq limit $3),
            claimed as (
                update job set state = 'running', attempt = attempt + 1, runner = $4, started_at = now(),
                    lease_until = now() + make_interval(secs => $5), progress = '{}',
                    changed_xid = pg_current_xact_id()
                where id = any(array(select id from picked))
                returning *)
            select %s from claimed order by priority, seq
            """.formatted(ClaimedJob.COLUMNS);

    /* Rows that somebody is ending at this moment are skipped, not waited for; ownership is reported all the same. */
    private static final String HEARTBEAT = """
            with beat as (
                update job set lease_until = now() + make_interval(secs => $3)
                where id = any(array(
                    select id from job where id = any($2::uuid[]) and runner = $1 and state = 'running'
                    for no key update skip locked)))
            select id, attempt, cancel_requested from job
            where id = any($2::uuid[]) and runner = $1 and state = 'running'
            """;

    private static final String TO_CANCEL = """
            select id from job
            where id = any($2::uuid[]) and runner = $1 and state = 'running' and cancel_requested
            """;

    private static final String PROMOTE = """
            update job set due = true where id = any(array(
                select id from job where state = 'queued' and not due and run_at <= now()
                order by run_at limit $1 for no key update skip locked))
            """;

    /*
     * A job whose runner vanished is queued again; one that has to be cancelled or given up is taken over instead,
     * because its handler must be told.
     */
    private static final String SWEEP = """
            with expired as (
                select id, attempt, runner, started_at, cancel_requested or lost_leases + 1 >= $3 as ends
                from job where state = 'running' and lease_until < now() and kind = any($1::text[])
                limit $2 for no key update skip locked),
            history as (
                insert into job_attempt (job_id, attempt, runner, started_at, finished_at, outcome, error_code,
                    error_message)
                select id, attempt, runner, started_at, now(), 'lost', 'lease_expired',
                    'The replica that ran this attempt was not heard of any more.' from expired
                on conflict do nothing),
            swept as (
                update job j set lost_leases = lost_leases + 1, due = true, run_at = now(),
                    state = case when e.ends then 'running' else 'queued' end,
                    attempt = case when e.ends then j.attempt + 1 else j.attempt end,
                    runner = case when e.ends then $4::uuid end,
                    lease_until = case when e.ends then now() + make_interval(secs => $5) end,
                    changed_xid = pg_current_xact_id()
                from expired e where j.id = e.id
                returning j.*)
            select state, %s from swept
            """.formatted(ClaimedJob.COLUMNS);

    private static final String PROGRESS = """
            update job set progress = $4, lease_until = now() + make_interval(secs => $5),
                changed_xid = pg_current_xact_id()
            where id = $1 and attempt = $2 and runner = $3 and state = 'running'
            returning cancel_requested
            """;

    private static final String SUCCEED = """
            with ended as (
                update job set state = 'succeeded', runner = null, lease_until = null, finished_at = now(),
                    progress = $4, error_code = null, error_message = null,
                    changed_xid = pg_current_xact_id()
                where id = $1 and attempt = $2 and runner = $3 and state = 'running' and not cancel_requested
                returning id, attempt, started_at)
            insert into job_attempt (job_id, attempt, runner, started_at, finished_at, outcome)
            select id, attempt, $3, started_at, now(), 'succeeded' from ended
            """;

    private static final String END = """
            with ended as (
                update job set state = $4, runner = null, lease_until = null,
                    due = $5::float8 <= 0, run_at = now() + make_interval(secs => $5::float8), failures = failures + $6,
                    error_code = coalesce($7, error_code), error_message = coalesce($8, error_message),
                    finished_at = case when $4 = 'queued' then null else now() end,
                    changed_xid = pg_current_xact_id()
                where id = $1 and attempt = $2 and runner = $3 and state = 'running' and cancel_requested = $10
                returning id, attempt, started_at),
            forgotten as (
                delete from job_attempt where job_id = $1 and attempt <= $2 - $11 and outcome <> 'succeeded')
            insert into job_attempt (job_id, attempt, runner, started_at, finished_at, outcome, error_code,
                error_message)
            select id, attempt, $3, started_at, now(), $9, $7, $8 from ended
            """;

    private static final String HELD =
            "select cancel_requested from job where id = $1 and attempt = $2 and runner = $3 and state = 'running'";

    private static final String RELEASE_ALL = """
            with released as (
                update job set state = 'queued', runner = null, lease_until = null, due = true, run_at = now(),
                    changed_xid = pg_current_xact_id()
                where id = any(array(
                    select id from job where runner = $1 and state = 'running' for no key update skip locked))
                returning id, attempt, started_at)
            insert into job_attempt (job_id, attempt, runner, started_at, finished_at, outcome)
            select id, attempt, $1, started_at, now(), 'released' from released
            """;

    private static final String REGISTER_KINDS =
            "insert into job_kind (kind) select unnest($1::text[]) on conflict do nothing";

    private static final String REGISTER_RECURRING = """
            insert into recurring_job (name, interval_s)
            select name, interval_s from unnest($1::text[], $2::float8[]) as r(name, interval_s)
            on conflict (name) do update set interval_s = excluded.interval_s,
                next_run_at = least(recurring_job.next_run_at, now() + make_interval(secs => excluded.interval_s))
            where recurring_job.interval_s <> excluded.interval_s
            """;

    private static final String DUE_RECURRING =
            "select name from recurring_job where name = any($1::text[]) and next_run_at <= now() order by next_run_at";

    /* A failed run is repeated after its interval, but within a minute. */
    private static final String RECURRING_FAILED = """
            update recurring_job set last_error = $2,
                next_run_at = now() + make_interval(secs => least(interval_s, 60))
            where name = $1 and next_run_at <= now()
            """;

    private final Pool control;
    private final double leaseS;
    private final int maxLostLeases;

    JobStore(Pool entityPool, Pools pools, JobsConfig config) {
        // Touching the entity pool first makes Quarkus hand its connection options to Pools.
        entityPool.size();
        this.control = Pool.newInstance(pools.control());
        this.leaseS = seconds(config.lease());
        this.maxLostLeases = config.maxLostLeases();
    }

    /**
     * Claims the first waiting jobs in order of priority and arrival.
     *
     * @param slots how many of each kind at most
     * @param limit how many in all at most
     */
    Uni<List<ClaimedJob>> claim(UUID runner, Map<String, Integer> slots, int limit) {
        Tuple arguments = Tuple.from(List.of(
                slots.keySet().toArray(String[]::new), slots.values().toArray(Integer[]::new), limit, runner, leaseS));
        return control.preparedQuery(CLAIM).execute(arguments).map(JobStore::claimed);
    }

    /** Extends the leases of the given jobs and tells which of them still are the runner's. */
    Uni<List<HeldJob>> heartbeat(UUID runner, Collection<UUID> ids) {
        return control.preparedQuery(HEARTBEAT)
                .execute(Tuple.of(runner, ids.toArray(UUID[]::new), leaseS))
                .map(rows -> {
                    List<HeldJob> held = new ArrayList<>();
                    rows.forEach(row -> held.add(new HeldJob(
                            row.getUUID("id"), row.getInteger("attempt"), row.getBoolean("cancel_requested"))));
                    return held;
                });
    }

    /** Which of the given jobs of the runner are to be cancelled. */
    Uni<Set<UUID>> toCancel(UUID runner, Collection<UUID> ids) {
        return control.preparedQuery(TO_CANCEL)
                .execute(Tuple.of(runner, ids.toArray(UUID[]::new)))
                .map(rows -> {
                    Set<UUID> found = new HashSet<>();
                    rows.forEach(row -> found.add(row.getUUID("id")));
                    return found;
                });
    }

    /** A job that a heartbeat found to be the runner's. */
    record HeldJob(UUID id, int attempt, boolean cancelRequested) {}

    /** Makes jobs claimable whose time has come; the number of them. */
    Uni<Integer> promote() {
        return control.preparedQuery(PROMOTE).execute(Tuple.of(PROMOTE_LIMIT)).map(RowSet::rowCount);
    }

    /** Takes the jobs of vanished runners back. */
    Uni<Swept> sweep(UUID runner, Collection<String> kinds) {
        Tuple arguments = Tuple.of(kinds.toArray(String[]::new), SWEEP_LIMIT, maxLostLeases, runner, leaseS);
        return control.preparedQuery(SWEEP).execute(arguments).map(rows -> {
            List<ClaimedJob> toEnd = new ArrayList<>();
            int queued = 0;
            for (Row row : rows) {
                if (row.getString("state").equals(JobState.RUNNING.label())) {
                    toEnd.add(ClaimedJob.of(row));
                } else {
                    queued++;
                }
            }
            return new Swept(queued, toEnd);
        });
    }

    /**
     * What a sweep found.
     *
     * @param queued jobs that wait again
     * @param toEnd jobs that this runner now holds, to cancel them or to give them up
     */
    record Swept(int queued, List<ClaimedJob> toEnd) {}

    /** Progress without work, on the control connection. */
    Uni<Void> progress(ClaimedJob job, JsonObject progress) {
        return progress(control, job, progress);
    }

    /**
     * The last statement of a step: records progress and extends the lease, if the job is still this run's.
     *
     * @throws JobFenced (as failure) when it is not
     * @throws JobCancelled (as failure) when it is to be cancelled
     */
    Uni<Void> progress(SqlClient client, ClaimedJob job, JsonObject progress) {
        return client.preparedQuery(PROGRESS)
                .execute(Tuple.of(job.id(), job.attempt(), job.runner(), progress, leaseS))
                .map(JobStore::checked);
    }

    /** The last statement of the last step; fails as {@link #progress(SqlClient, ClaimedJob, JsonObject)} does. */
    Uni<Void> succeed(SqlConnection tx, ClaimedJob job, JsonObject progress) {
        return tx.preparedQuery(SUCCEED)
                .execute(Tuple.of(job.id(), job.attempt(), job.runner(), progress))
                .chain(rows -> rows.rowCount() == 1
                        ? Uni.createFrom().voidItem()
                        : tx.preparedQuery(HELD)
                                .execute(Tuple.of(job.id(), job.attempt(), job.runner()))
                                .map(JobStore::checked));
    }

    /**
     * Ends an attempt that did not succeed; the last statement of its transaction.
     *
     * @return whether the job was still this run's and its request to be cancelled is as the outcome supposes
     */
    Uni<Boolean> end(SqlConnection tx, ClaimedJob job, JobOutcome outcome) {
        @Nullable JobError error = outcome.error();
        Tuple arguments = Tuple.tuple()
                .addUUID(job.id())
                .addInteger(job.attempt())
                .addUUID(job.runner())
                .addString(outcome.next().label())
                .addDouble(seconds(outcome.delay()))
                .addInteger(outcome.failures())
                .addString(error == null ? null : error.code())
                .addString(error == null ? null : error.message())
                .addString(outcome.kind().label())
                .addBoolean(outcome.kind() == JobOutcome.Kind.CANCELLED)
                .addInteger(HISTORY);
        return tx.preparedQuery(END).execute(arguments).map(rows -> rows.rowCount() == 1);
    }

    /** Puts everything that the runner holds back into the queue; the attempts do not count. */
    Uni<Integer> releaseAll(UUID runner) {
        return control.preparedQuery(RELEASE_ALL).execute(Tuple.of(runner)).map(RowSet::rowCount);
    }

    Uni<Void> registerKinds(Collection<String> kinds) {
        return control.preparedQuery(REGISTER_KINDS)
                .execute(Tuple.of(kinds.toArray(String[]::new)))
                .replaceWithVoid();
    }

    Uni<Void> registerRecurring(Collection<RecurringJob> jobs) {
        return control.preparedQuery(REGISTER_RECURRING)
                .execute(Tuple.of(
                        jobs.stream().map(RecurringJob::name).toArray(String[]::new),
                        jobs.stream().map(job -> seconds(job.every())).toArray(Double[]::new)))
                .replaceWithVoid();
    }

    Uni<List<String>> dueRecurring(Collection<String> names) {
        return control.preparedQuery(DUE_RECURRING)
                .execute(Tuple.of(names.toArray(String[]::new)))
                .map(rows -> {
                    List<String> due = new ArrayList<>();
                    rows.forEach(row -> due.add(row.getString("name")));
                    return due;
                });
    }

    Uni<Void> recurringFailed(String name, JobError error) {
        return control.preparedQuery(RECURRING_FAILED)
                .execute(Tuple.of(name, error.message()))
                .replaceWithVoid();
    }

    /** Wakes the runners of all replicas. */
    Uni<Void> notifyRunners() {
        return control.query("notify " + JobSignals.CHANNEL).execute().replaceWithVoid();
    }

    private static @Nullable Void checked(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw new JobFenced();
        }
        if (rows.iterator().next().getBoolean("cancel_requested")) {
            throw new JobCancelled();
        }
        return null;
    }

    private static List<ClaimedJob> claimed(RowSet<Row> rows) {
        List<ClaimedJob> jobs = new ArrayList<>();
        rows.forEach(row -> jobs.add(ClaimedJob.of(row)));
        return jobs;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
