package dev.evenkeel.knowledge;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/** Removes archives that are not needed any more, some parts at a time, and ends restores whose job has ended without telling them. */
@ApplicationScoped
class RestoreSweep implements RecurringJob {
    private static final Duration EVERY = Duration.ofMinutes(1);

    /** Of 512 kB each, so that no statement takes long. */
    private static final int PARTS_A_STATEMENT = 256;

    private static final int RESTORES_A_RUN = 8;

    private static final String CLOSE = """
            update collection_restore r set finished_at = now(), error = 'Its job has ended.',
                outcome = case when exists (select 1 from job j where j.id = r.job_id and j.state = 'cancelled')
                  then 'cancelled' else 'failed' end
            where r.outcome is null and r.id in (select restore_id from collection_restore_part)
              and not exists (select 1 from job j where j.id = r.job_id and j.state in ('queued', 'running'))""";

    /* The lock keeps a retry of the job waiting, which then sees whether the first part is still there. */
    private static final String DONE = """
            select r.id, r.outcome, r.collection_id from collection_restore r
            where r.id in (select restore_id from collection_restore_part)
              and (r.outcome in ('succeeded', 'cancelled') or r.outcome = 'failed' and (
                r.finished_at < now() - make_interval(secs => $1) or exists (
                  select 1 from collection_restore newer
                  where newer.owner_id is not distinct from r.owner_id and newer.id > r.id
                    and (newer.collection_id is not null or r.collection_id is null))))
            order by r.id limit $2 for update of r skip locked""";

    private static final String RELEASE = """
            with gone as (
                delete from collection_restore_part where restore_id = $1 and part_no in (
                  select part_no from collection_restore_part where restore_id = $1 order by part_no limit $2)
                returning part_no)
            select coalesce(bool_or(part_no = 0), false) from gone""";

    private static final String FORGET = "delete from collection_restore r where r.outcome is not null and "
            + RestoreRepository.ABANDONED
            + " and not exists (select 1 from collection_restore_part p where p.restore_id = r.id)";

    private final RestoreJob restores;
    private final RestoreConfig config;

    RestoreSweep(RestoreJob restores, RestoreConfig config) {
        this.restores = restores;
        this.config = config;
    }

    @Override
    public String name() {
        return "knowledge-restore-sweep";
    }

    @Override
    public Duration every() {
        return EVERY;
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return tx.query(CLOSE)
                .execute()
                .chain(() -> tx.preparedQuery(DONE)
                        .execute(Tuple.of(config.keepFailed().toMillis() / 1_000.0, RESTORES_A_RUN)))
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(row -> release(tx, row))
                .collect()
                .last()
                .chain(() -> tx.query(FORGET).execute())
                .replaceWithVoid();
    }

    /** With its first part a restore loses what it could be retried with, and so the collection that nobody has seen goes. */
    private Uni<Void> release(SqlConnection tx, Row restore) {
        UUID collectionId = restore.getUUID("collection_id");
        return tx.preparedQuery(RELEASE)
                .execute(Tuple.of(restore.getUUID("id"), PARTS_A_STATEMENT))
                .map(rows -> rows.iterator().next().getBoolean(0))
                .chain(first -> first
                                && collectionId != null
                                && !restore.getString("outcome").equals("succeeded")
                        ? restores.removeCollection(tx, collectionId)
                        : Uni.createFrom().voidItem());
    }
}
