package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Database;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that changed since a cursor.
 *
 * <p>Neither a sequence nor a time tells what changed since: a transaction that took its number early may commit late,
 * and would be passed over. A counter row locked by every transaction would be in commit order, but would make all of
 * them wait for one another. Here the cursor is a <em>snapshot</em> of PostgreSQL (which transactions had not ended when
 * it was taken) and each job carries the id of the transaction that changed it last. A job has changed since exactly
 * when that transaction is not visible in the cursor's snapshot. That is in commit order by definition, costs a writer
 * nothing but the column, and a long transaction elsewhere delays nobody (as waiting for the oldest open transaction
 * would): it only makes the index scan begin further back.
 *
 * <p>The new cursor is taken before the jobs are read, so that a change between the two statements comes twice rather
 * than never. Several changes of a job between two looks come as one.
 */
@ApplicationScoped
class JobChanges {
    /** Most jobs in one answer; above that a reader is better off with a list. */
    static final int LIMIT = 200;

    private static final Pattern CURSOR = Pattern.compile("\\d{1,18}:\\d{1,18}:(\\d{1,18}(,\\d{1,18}){0,999})?");

    private static final String SNAPSHOT = "select cast(pg_current_snapshot() as text)";

    /* The upper bound matters after a restore from a dump: ids of the old server may lie ahead of this one's. */
    private static final String CHANGED = """
            select id, kind, state, priority, subject_id, owner_id, collection_id, unique_key, attempt, failures, max_attempts,
                cancel_requested, progress, error_code, error_message, run_at, created_at, started_at, finished_at
            from job
            where changed_xid >= pg_snapshot_xmin(cast(cast(?1 as text) as pg_snapshot))
                and not pg_visible_in_snapshot(changed_xid, cast(cast(?1 as text) as pg_snapshot))
                and changed_xid < pg_snapshot_xmax(pg_current_snapshot())
            order by changed_xid limit ?2
            """;

    private final Database database;

    JobChanges(Database database) {
        this.database = database;
    }

    /**
     * What changed.
     *
     * @param cursor for the next question
     * @param jobs as they are now, in the order of their change as far as there is one
     * @param complete false when there were too many; the jobs are left out then
     */
    record Changes(String cursor, List<Job> jobs, boolean complete) {}

    static boolean isCursor(String text) {
        return CURSOR.matcher(text).matches();
    }

    /** The changes since a cursor; without one, none, but a cursor to begin with. */
    Uni<Changes> since(@Nullable String cursor) {
        return database.read(() -> Panache.getSession()
                .chain(session -> session.createNativeQuery(SNAPSHOT, String.class)
                        .getSingleResult()
                        .chain(now -> cursor == null
                                ? Uni.createFrom().item(new Changes(now, List.of(), true))
                                : session.createNativeQuery(CHANGED, Job.class)
                                        .setParameter(1, cursor)
                                        .setParameter(2, LIMIT + 1)
                                        .getResultList()
                                        .map(jobs -> jobs.size() > LIMIT
                                                ? new Changes(now, List.of(), false)
                                                : new Changes(now, jobs, true)))));
    }
}
