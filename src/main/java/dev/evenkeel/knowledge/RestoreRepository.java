package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of restores: what was received, how far it is, and what it came to. */
@ApplicationScoped
class RestoreRepository {
    /** Documents that could not be taken and that a report names; its count is exact beyond them. */
    static final int MAX_SKIPPED = 1_000;

    /** Restores of one owner that are remembered. */
    private static final int KEPT = 50;

    private static final int MAX_TEXT_LENGTH = 1_024;

    /** Parts that are deleted with the end of a restore, which must not take long; {@link RestoreSweep} takes the rest. */
    private static final int PARTS_AT_ITS_END = 64;

    /** Distinguishes the advisory locks of owners from other hashes of their ids. */
    private static final long LOCK_SEED = 0x52657374L;

    /** A restore {@code r} whose owner is gone: nothing is known of it but that its archive is to be removed. */
    static final String ABANDONED = "(r.owner_id is null and r.plan = '{}')";

    /** How a restore ends. */
    enum Outcome {
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    /**
     * How far a restore is.
     *
     * @param collectionId the collection that it fills, null when nothing is to be stored
     * @param documents that were taken
     * @param bytes of these
     * @param skipped documents that were not taken
     */
    record State(UUID id, @Nullable UUID collectionId, RestorePlan plan, int documents, long bytes, int skipped) {
        /** Documents of the archive, from the first, that need no more to be looked at. */
        int done() {
            return documents + skipped;
        }

        State taken(long size) {
            return new State(id, collectionId, plan, documents + 1, bytes + size, skipped);
        }

        State skippedOne() {
            return new State(id, collectionId, plan, documents, bytes, skipped + 1);
        }

        State fromTheStart() {
            return new State(id, collectionId, plan, 0, 0, 0);
        }
    }

    /** Fails with 409 while another transaction receives an archive of the owner. */
    Uni<Void> requireOnlyOne(SqlConnection tx, @Nullable UUID ownerId) {
        return tx.preparedQuery("select pg_try_advisory_xact_lock(hashtextextended($1, $2))")
                .execute(Tuple.of(String.valueOf(ownerId), LOCK_SEED))
                .invoke(rows -> {
                    if (!rows.iterator().next().getBoolean(0)) {
                        throw ProblemException.conflict("Another archive of yours is being received.");
                    }
                })
                .replaceWithVoid();
    }

    /** Fails with 409 while a restore of the owner is under way: one whose job has ended is not, though nobody was told. */
    Uni<Void> requireNone(SqlConnection connection, @Nullable UUID ownerId) {
        return connection
                .preparedQuery("""
                        select r.job_id from collection_restore r join job j on j.id = r.job_id
                        where r.owner_id is not distinct from $1 and r.outcome is null
                          and j.state in ('queued', 'running') limit 1""")
                .execute(Tuple.tuple().addUUID(ownerId))
                .invoke(rows -> {
                    for (Row row : rows) {
                        throw underWay(row.getUUID("job_id"));
                    }
                })
                .replaceWithVoid();
    }

    static ProblemException underWay(@Nullable UUID jobId) {
        return ProblemException.conflict("A restore is under way: job " + jobId + ".");
    }

    /** Begins a restore, and forgets the oldest of its owner. */
    Uni<Void> create(SqlConnection tx, State state, @Nullable UUID ownerId) {
        return tx.preparedQuery(
                        "insert into collection_restore (id, owner_id, collection_id, plan) values ($1, $2, $3, $4)")
                .execute(Tuple.of(
                        state.id(), ownerId, state.collectionId(), state.plan().json()))
                .chain(() -> tx.preparedQuery("""
                                delete from collection_restore r where r.outcome is not null and r.id in (
                                  select id from collection_restore where owner_id is not distinct from $1
                                  order by id desc offset $2)
                                  and not exists (select 1 from collection_restore_part p where p.restore_id = r.id)""").execute(Tuple.of(ownerId, KEPT)))
                .replaceWithVoid();
    }

    Uni<Void> setJob(SqlConnection tx, UUID id, UUID jobId) {
        return tx.preparedQuery("update collection_restore set job_id = $2 where id = $1")
                .execute(Tuple.of(id, jobId))
                .replaceWithVoid();
    }

    Uni<Void> writePart(SqlConnection tx, UUID id, int partNo, byte[] part) {
        return tx.preparedQuery(
                        "insert into collection_restore_part (restore_id, part_no, content) values ($1, $2, $3)")
                .execute(Tuple.of(id, partNo, Buffer.buffer(part)))
                .replaceWithVoid();
    }

    /** One part of the archive, or nothing after the last. */
    Uni<Optional<byte[]>> part(SqlConnection connection, UUID id, int partNo) {
        return connection
                .preparedQuery("select content from collection_restore_part where restore_id = $1 and part_no = $2")
                .execute(Tuple.of(id, partNo))
                .map(rows -> {
                    for (Row row : rows) {
                        return Optional.of(row.getBuffer(0).getBytes());
                    }
                    return Optional.empty();
                });
    }

    /** A restore that has not ended. */
    Uni<Optional<State>> find(SqlConnection connection, UUID id) {
        return connection.preparedQuery("""
                        select id, collection_id, plan, documents, bytes, skipped
                        from collection_restore where id = $1 and outcome is null""").execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return Optional.of(new State(
                        row.getUUID("id"),
                        row.getUUID("collection_id"),
                        RestorePlan.of(row.getJsonObject("plan")),
                        row.getInteger("documents"),
                        row.getLong("bytes"),
                        row.getInteger("skipped")));
            }
            return Optional.empty();
        });
    }

    /** Stores how far a restore is; false when it is gone, with its owner. */
    Uni<Boolean> save(SqlConnection tx, State state) {
        return tx.preparedQuery("""
                        update collection_restore set documents = $2, bytes = $3, skipped = $4
                        where id = $1 and outcome is null""")
                .execute(Tuple.of(state.id(), state.documents(), state.bytes(), state.skipped()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Notes a document that could not be taken. */
    Uni<Void> skip(SqlConnection tx, UUID id, int no, String path, String reason) {
        return no >= MAX_SKIPPED
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("""
                                insert into collection_restore_skipped (restore_id, no, path, reason)
                                values ($1, $2, $3, $4)""")
                        .execute(Tuple.of(id, no, shown(path), shown(reason)))
                        .replaceWithVoid();
    }

    /** Names of entries can be anything. */
    private static String shown(String text) {
        return PlainText.cut(PlainText.wellFormed(text).replace('\0', ' '), MAX_TEXT_LENGTH);
    }

    /** Forgets what a run noted that begins from the start again. */
    Uni<Void> reset(SqlConnection tx, State state) {
        return tx.preparedQuery("delete from collection_restore_skipped where restore_id = $1")
                .execute(Tuple.of(state.id()))
                .chain(() -> save(tx, state.fromTheStart()))
                .replaceWithVoid();
    }

    /**
     * Ends a restore and, unless it failed, lets go of the archive; does nothing but the latter to one that has ended.
     *
     * @return false when it had ended, or is gone
     */
    Uni<Boolean> finish(SqlConnection tx, UUID id, Outcome outcome, @Nullable String error) {
        return tx.preparedQuery("""
                        update collection_restore set outcome = $2, error = $3, finished_at = now()
                        where id = $1 and outcome is null""")
                .execute(Tuple.of(id, outcome.name().toLowerCase(Locale.ROOT), error))
                .map(rows -> rows.rowCount() == 1)
                .call(() -> outcome == Outcome.FAILED
                        ? Uni.createFrom().voidItem()
                        : tx.preparedQuery("delete from collection_restore_part where restore_id = $1 and part_no < $2")
                                .execute(Tuple.of(id, PARTS_AT_ITS_END)));
    }

    /** Lets a restore that failed go on, if its archive is still there. */
    Uni<Void> reopen(SqlConnection tx, UUID id) {
        // Locked by a statement of its own, so that the next one sees what the sweep did before.
        return tx.preparedQuery("select 1 from collection_restore where id = $1 for update")
                .execute(Tuple.of(id))
                .chain(() -> tx.preparedQuery("""
                                update collection_restore r set outcome = null, error = null, finished_at = null
                                where r.id = $1 and r.outcome = 'failed' and exists (
                                  select 1 from collection_restore_part p where p.restore_id = r.id and p.part_no = 0)""").execute(Tuple.of(id)))
                .replaceWithVoid();
    }

    /**
     * Removes the restores of an owner; one that is under way finds itself gone at its next step. Nobody sees any of them from then on;
     * archives, which may be large, {@link RestoreSweep} takes away.
     *
     * @return the collections that they were to fill and that nobody has seen
     */
    Uni<List<CollectionRef>> deleteAll(SqlConnection tx, UUID ownerId) {
        return tx.preparedQuery("select collection_id from collection_restore where owner_id = $1 for update")
                .execute(Tuple.of(ownerId))
                .call(() -> tx.preparedQuery("""
                                update collection_restore
                                set owner_id = null, job_id = null, collection_id = null, plan = '{}', error = null,
                                    outcome = 'cancelled', finished_at = coalesce(finished_at, now())
                                where owner_id = $1""").execute(Tuple.of(ownerId)))
                .chain(rows -> {
                    List<UUID> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getUUID(0)));
                    return tx.preparedQuery("select " + CollectionRef.COLUMNS
                                    + " from collection c where c.id = any($1) and c.deleted_at is not null")
                            .execute(Tuple.of(ids.toArray(UUID[]::new)));
                })
                .map(rows -> {
                    List<CollectionRef> hidden = new ArrayList<>();
                    rows.forEach(row -> hidden.add(CollectionRef.of(row)));
                    return hidden;
                });
    }

    /**
     * A report with what was skipped.
     *
     * @throws ProblemException (as failure) 404
     */
    Uni<RestoreReport> view(SqlConnection connection, Reach reach, UUID id, RestoreReport.Limits limits) {
        SqlConditions conditions = reach.restrict(
                new SqlConditions().and("r.id = $", id).and("not " + ABANDONED), "r.owner_id", "r.collection_id");
        return connection
                .preparedQuery("""
                        select r.id, r.job_id, r.collection_id, r.plan, r.documents, r.bytes, r.skipped, r.outcome,
                               r.error, r.created_at, r.finished_at, coalesce(r.outcome, j.state, 'unknown') as state
                        from collection_restore r left join job j on j.id = r.job_id""" + conditions.where())
                .execute(conditions.tuple())
                .chain(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("restore");
                    }
                    return connection
                            .preparedQuery("select path, reason from collection_restore_skipped"
                                    + " where restore_id = $1 order by no")
                            .execute(Tuple.of(id))
                            .map(skipped -> {
                                List<RestoreReport.Skipped> left = new ArrayList<>(skipped.size());
                                skipped.forEach(row -> left.add(
                                        new RestoreReport.Skipped(row.getString("path"), row.getString("reason"))));
                                return report(rows.iterator().next(), limits, left);
                            });
                });
    }

    private static RestoreReport report(Row row, RestoreReport.Limits limits, List<RestoreReport.Skipped> skipped) {
        RestorePlan plan = RestorePlan.of(row.getJsonObject("plan"));
        boolean there = "succeeded".equals(row.getString("outcome"));
        return new RestoreReport(
                row.getUUID("id"),
                row.getUUID("job_id"),
                row.getString("state"),
                plan.dryRun(),
                there ? row.getUUID("collection_id") : null,
                plan.name(),
                plan.embeddingModel(),
                plan.archive(),
                limits,
                plan.conflicts(),
                row.getInteger("documents"),
                row.getLong("bytes"),
                skipped,
                row.getInteger("skipped"),
                row.getString("error"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getValue("finished_at") == null
                        ? null
                        : row.getOffsetDateTime("finished_at").toInstant());
    }
}
