package dev.evenkeel.knowledge.folders;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * Counts the files of folders and keeps the result in their rows: at the end of each scan exactly, and before that, while documents
 * wait for their jobs, so seldom that counting takes at most a tenth of the time.
 */
final class FolderCounts {
    /** What is kept of a folder {@code f}. */
    static final String COLUMNS = """
            f.files_known as known, f.files_indexed as indexed, f.files_pending as pending, f.files_failed as failed,
            f.files_gone as gone""";

    /** The files of the folder {@code $1}. */
    static final String COUNTED = """
            (select count(*) as known,
                    count(*) filter (where d.state in ('completed', 'searchable')) as indexed,
                    count(*) filter (where d.state in ('queued', 'processing')) as pending,
                    count(*) filter (where k.problem_code is not null
                                     or d.state in ('failed', 'rejected', 'quarantined', 'cancelled')) as failed,
                    count(*) filter (where k.gone_at is not null) as gone
             from folder_file k left join document d on d.id = k.document_id where k.folder_id = $1 and %s)""".formatted(KnownFiles.FILE);

    /** Keeps what was counted as {@code n}. */
    static final String KEEP = """
            files_known = n.known, files_indexed = n.indexed, files_pending = n.pending, files_failed = n.failed,
            files_gone = n.gone""";

    /** First key of the advisory locks of those who count; the second is the hash of the folder's id. */
    private static final int LOCK_SPACE = 0x45764b02;

    /** The row is not locked, since whoever keeps the folder renews the lease on it meanwhile. */
    private static final String NEXT = """
            with due as materialized (
                select id, files_count_due from folder where files_count_due <= now() order by files_count_due limit 20)
            select id, files_count_due from due where pg_try_advisory_xact_lock($1, uuid_hash(id)) limit 1""";

    private static final String COUNT = "select n.* from " + COUNTED + " n";

    /** Whoever keeps other counts changes the time at which they are due. */
    private static final String STORE = """
            update folder f set %s,
                files_count_due = case when n.pending > 0 or f.scanning_since is not null
                    then clock_timestamp() + greatest(interval '100 ms', 10 * (clock_timestamp() - now())) end
            from (select $3::bigint as known, $4::bigint as indexed, $5::bigint as pending, $6::bigint as failed,
                         $7::bigint as gone) n
            where f.id = $1 and f.files_count_due = $2""".formatted(KEEP);

    private FolderCounts() {}

    /** A folder whose files are to be counted since some time, which nobody else counts until the transaction ends. */
    record Due(UUID folderId, OffsetDateTime since) {}

    /**
     * Counts the files of the folder that has waited longest for it.
     *
     * @return whether there was one
     */
    static Uni<Boolean> next(SqlConnection tx) {
        return due(tx).chain(due -> due.isEmpty()
                ? Uni.createFrom().item(false)
                : count(tx, due.get()).replaceWith(true));
    }

    /** The folder that has waited longest of those that nobody is counting. */
    static Uni<Optional<Due>> due(SqlConnection tx) {
        return tx.preparedQuery(NEXT).execute(Tuple.of(LOCK_SPACE)).map(rows -> {
            for (Row row : rows) {
                return Optional.of(new Due(row.getUUID("id"), row.getOffsetDateTime("files_count_due")));
            }
            return Optional.empty();
        });
    }

    /** Counts, and keeps the result unless somebody else has kept a newer one meanwhile. */
    static Uni<Void> count(SqlConnection tx, Due due) {
        return tx.preparedQuery(COUNT).execute(Tuple.of(due.folderId())).chain(rows -> {
            Row n = rows.iterator().next();
            return tx.preparedQuery(STORE)
                    .execute(Tuple.from(new Object[] {
                        due.folderId(),
                        due.since(),
                        n.getLong("known"),
                        n.getLong("indexed"),
                        n.getLong("pending"),
                        n.getLong("failed"),
                        n.getLong("gone")
                    }))
                    .replaceWithVoid();
        });
    }
}
