package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * Cancels jobs: a queued one in the caller's transaction, handler included; a running one is asked, and ends at its
 * next step, or by another replica when its runner has vanished.
 */
@ApplicationScoped
class JobCancellation {
    private static final String CANCEL = """
            update job set
                state = case when state = 'queued' then 'cancelled' else state end,
                finished_at = case when state = 'queued' then now() end,
                cancel_requested = true, changed_xid = pg_current_xact_id()
            where %s and state in ('queued', 'running')
            returning state, %s
            """;

    private static final String BY_ID = CANCEL.formatted("id = $1", JobSnapshot.COLUMNS);
    private static final String BY_SUBJECT = CANCEL.formatted("subject_id = $1", JobSnapshot.COLUMNS);
    private static final String QUEUED_OF_KIND = CANCEL.formatted("""
            id = any(array(
                select id from job where kind = $1 and state = 'queued'
                    and ($3::uuid is null or owner_id = $3) and ($4::uuid is null or collection_id = $4)
                order by seq limit $2
                for no key update skip locked))
            """, JobSnapshot.COLUMNS);

    private final JobHandlers handlers;

    JobCancellation(JobHandlers handlers) {
        this.handlers = handlers;
    }

    /**
     * Cancels one job; nothing happens to one that is cancelled already.
     *
     * @throws ProblemException (as failure) 404 when there is none, 409 when it has ended otherwise
     */
    Uni<Void> byId(SqlConnection tx, UUID id) {
        return tx.preparedQuery(BY_ID)
                .execute(Tuple.of(id))
                .chain(rows -> rows.size() == 0 ? refuse(tx, id) : tellHandlers(tx, rows));
    }

    Uni<Boolean> bySubject(SqlConnection tx, UUID subjectId) {
        return tx.preparedQuery(BY_SUBJECT)
                .execute(Tuple.of(subjectId))
                .call(rows -> tellHandlers(tx, rows))
                .map(rows -> rows.size() > 0);
    }

    /** Cancels some of the queued jobs of a kind within a reach; the number of them, 0 when none is left. */
    Uni<Integer> queuedOfKind(SqlConnection tx, String kind, Reach within, int limit) {
        return tx.preparedQuery(QUEUED_OF_KIND)
                .execute(Tuple.of(kind, limit, within.ownerId(), within.collectionId()))
                .call(rows -> tellHandlers(tx, rows))
                .map(RowSet::size);
    }

    private static Uni<Void> refuse(SqlConnection tx, UUID id) {
        return tx.preparedQuery("select state from job where id = $1")
                .execute(Tuple.of(id))
                .invoke(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("job");
                    }
                    String state = rows.iterator().next().getString("state");
                    if (!state.equals(JobState.CANCELLED.label())) {
                        throw ProblemException.conflict("The job has already " + state + ".");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> tellHandlers(SqlConnection tx, RowSet<Row> rows) {
        Uni<Void> told = Uni.createFrom().voidItem();
        for (Row row : rows) {
            if (row.getString("state").equals(JobState.CANCELLED.label())) {
                JobSnapshot job = JobSnapshot.of(row);
                JobHandler handler = handlers.find(job.kind());
                if (handler != null) {
                    told = told.chain(() -> handler.cancelled(tx, job));
                }
            }
        }
        return told;
    }
}
