package dev.evenkeel.knowledge.folders;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

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
             from folder_file k left join document d on d.id = k.document_id where k.folder_id = $1)""";

    /** Keeps what was counted as {@code n}. */
    static final String KEEP = """
            files_known = n.known, files_indexed = n.indexed, files_pending = n.pending, files_failed = n.failed,
            files_gone = n.gone""";

    private static final String NEXT = """
            select id from folder where files_count_due <= now() order by files_count_due limit 1
            for no key update skip locked""";

    private static final String COUNT = """
            update folder f set %s,
                files_count_due = case when n.pending > 0 or f.scanning_since is not null
                    then clock_timestamp() + greatest(interval '100 ms', 10 * (clock_timestamp() - now())) end
            from %s n where f.id = $1""".formatted(KEEP, COUNTED);

    private FolderCounts() {}

    /**
     * Counts the files of the folder that has waited longest for it. Its row is locked before, so that what is counted is newer than
     * what anybody else has kept.
     *
     * @return whether there was one
     */
    static Uni<Boolean> next(SqlConnection tx) {
        return tx.preparedQuery(NEXT).execute().chain(rows -> {
            for (Row row : rows) {
                return tx.preparedQuery(COUNT)
                        .execute(Tuple.of(row.getUUID("id")))
                        .replaceWith(true);
            }
            return Uni.createFrom().item(false);
        });
    }
}
