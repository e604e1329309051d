package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.SqlResult;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about the files that are known of folders. */
@ApplicationScoped
class KnownFiles {
    /** A file {@code k} that is listed: an archive that was taken is known for the sake of its files only. */
    static final String FILE = "(k.document_id is not null or k.problem_code is not null)";

    /** A document that a client has moved, renamed or given other content is not the file's any more. */
    private static final String IN_PLACE = """
            d.id = k.document_id and d.collection_id = f.collection_id and d.source_path = f.path_prefix || k.path
              and d.content_hash = k.content_hash""";

    private static final String RANGE = """
            select k.path, k.size_bytes, k.modified_ns, k.content_hash, k.document_id, d.id is not null as in_place,
                   k.problem_code, k.gone_at is not null as gone
            from folder_file k join folder f on f.id = k.folder_id left join document d on %s
            where k.folder_id = $1 and k.path > $2 and ($3::text is null or k.path <= $3)
            order by k.path limit $4""".formatted(IN_PLACE);

    /** Files with a content that can be searched for or soon will be; those that are known to be gone come first. */
    private static final String SAME_CONTENT = """
            select k.path, k.document_id, d.document_type, k.gone_at is not null as gone
            from folder_file k join folder f on f.id = k.folder_id join document d on %s
            where k.folder_id = $1 and k.content_hash = $2 and k.path <> $3
              and d.state not in ('failed', 'rejected', 'quarantined', 'cancelled')
            order by k.gone_at is null, k.path limit $4""".formatted(IN_PLACE);

    private static final String OWNED_BY_ANOTHER = """
            select 1 from document d join folder_file k on k.document_id = d.id join folder f on f.id = k.folder_id
            where d.collection_id = $1 and d.source_path = $2 and f.id <> $3 and f.deleted_at is null""";

    private static final String STORE = """
            insert into folder_file as k (folder_id, path, size_bytes, modified_ns, content_hash, document_id, problem_code,
                                          problem_detail)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (folder_id, path) do update
            set size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns, content_hash = excluded.content_hash,
                document_id = excluded.document_id, problem_code = excluded.problem_code,
                problem_detail = excluded.problem_detail, gone_at = null""";

    private static final String LIST = """
            select k.path, k.size_bytes, k.document_id, k.gone_at, d.state as document_state,
                   coalesce(k.problem_code, d.error_code) as problem_code,
                   coalesce(k.problem_detail, d.error_detail) as problem_detail
            from folder_file k join folder f on f.id = k.folder_id join collection c on c.id = f.collection_id
            left join document d on d.id = k.document_id""";

    /** Paths from one on to another. */
    Uni<List<KnownFile>> range(
            SqlConnection connection, UUID folderId, String after, @Nullable String upTo, int limit) {
        return connection
                .preparedQuery(RANGE)
                .execute(Tuple.of(folderId, after, upTo, limit))
                .map(KnownFiles::known);
    }

    /**
     * A file of the same content.
     *
     * @param gone whether it was not there at the last look
     */
    record Twin(String path, UUID documentId, String documentType, boolean gone) {}

    Uni<List<Twin>> sameContent(SqlConnection connection, UUID folderId, byte[] hash, String notAt, int limit) {
        return connection
                .preparedQuery(SAME_CONTENT)
                .execute(Tuple.of(folderId, Buffer.buffer(hash), notAt, limit))
                .map(rows -> {
                    List<Twin> twins = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        twins.add(new Twin(
                                row.getString("path"),
                                row.getUUID("document_id"),
                                row.getString("document_type"),
                                row.getBoolean("gone")));
                    }
                    return twins;
                });
    }

    /** Whether the document of that path belongs to another folder. */
    Uni<Boolean> isOwnedByAnother(SqlConnection tx, Folder folder, String documentPath) {
        return tx.preparedQuery(OWNED_BY_ANOTHER)
                .execute(Tuple.of(folder.collectionId(), documentPath, folder.id()))
                .map(rows -> rows.size() > 0);
    }

    /** Stores a file that is a document; other files let go of that document. */
    Uni<Void> store(SqlConnection tx, UUID folderId, String path, FileContent content, UUID documentId) {
        return tx.preparedQuery("delete from folder_file where document_id = $1 and (folder_id, path) <> ($2, $3)")
                .execute(Tuple.of(documentId, folderId, path))
                .chain(() -> tx.preparedQuery(STORE).execute(Tuple.from(new Object[] {
                    folderId,
                    path,
                    content.sizeBytes(),
                    content.modifiedNs(),
                    Buffer.buffer(content.required().contentHash()),
                    documentId,
                    null,
                    null
                })))
                .replaceWithVoid();
    }

    /** Stores an archive whose files are stored for themselves. */
    Uni<Void> storeArchive(SqlConnection tx, UUID folderId, String path, FileContent content, byte[] fingerprint) {
        return tx.preparedQuery(STORE)
                .execute(Tuple.from(new Object[] {
                    folderId,
                    path,
                    content.sizeBytes(),
                    content.modifiedNs(),
                    Buffer.buffer(fingerprint),
                    null,
                    null,
                    null
                }))
                .replaceWithVoid();
    }

    /** Stores a file that is no document. */
    Uni<Void> storeRefused(
            SqlConnection tx, UUID folderId, String path, FileContent content, DocumentView.ErrorView problem) {
        return tx.preparedQuery(STORE)
                .execute(Tuple.from(new Object[] {
                    folderId,
                    path,
                    content.sizeBytes(),
                    content.modifiedNs(),
                    null,
                    null,
                    problem.code(),
                    problem.detail()
                }))
                .replaceWithVoid();
    }

    /** Puts a file in another place; false when it is not there with this document any more. */
    Uni<Boolean> move(SqlConnection tx, UUID folderId, Twin from, String to, FileContent content) {
        return tx.preparedQuery("delete from folder_file where folder_id = $1 and path = $2")
                .execute(Tuple.of(folderId, to))
                .chain(() -> tx.preparedQuery("""
                                update folder_file set path = $4, size_bytes = $5, modified_ns = $6, gone_at = null
                                where folder_id = $1 and path = $2 and document_id = $3""")
                        .execute(Tuple.of(
                                folderId,
                                from.path(),
                                from.documentId(),
                                to,
                                content.sizeBytes(),
                                content.modifiedNs())))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Notes that files are gone. */
    Uni<Void> gone(SqlConnection tx, UUID folderId, List<String> paths) {
        return tx.preparedQuery("""
                        update folder_file set gone_at = now()
                        where folder_id = $1 and path = any($2) and gone_at is null""").execute(paths(folderId, paths)).replaceWithVoid();
    }

    /** Notes that files are there, or that nothing is known against it. */
    Uni<Void> notGone(SqlConnection tx, UUID folderId, List<String> paths) {
        return tx.preparedQuery("""
                        update folder_file set gone_at = null
                        where folder_id = $1 and path = any($2) and gone_at is not null""").execute(paths(folderId, paths)).replaceWithVoid();
    }

    private static Tuple paths(UUID folderId, List<String> paths) {
        return Tuple.tuple().addUUID(folderId).addArrayOfString(paths.toArray(String[]::new));
    }

    /**
     * Files that have been gone for so long, at most so many; those that are no documents are forgotten at once.
     *
     * @param before what was missed only later does not count, however long ago that is
     */
    Uni<List<KnownFile>> expired(SqlConnection tx, UUID folderId, Duration grace, OffsetDateTime before, int limit) {
        double graceS = grace.toMillis() / 1000.0;
        return tx.preparedQuery("""
                        delete from folder_file where folder_id = $1 and document_id is null
                          and gone_at <= now() - make_interval(secs => $2) and gone_at < $3""")
                .execute(Tuple.of(folderId, graceS, before))
                .chain(() ->
                        tx.preparedQuery("""
                                select k.path, k.size_bytes, k.modified_ns, k.content_hash, k.document_id,
                                       d.id is not null as in_place, k.problem_code, true as gone
                                from folder_file k join folder f on f.id = k.folder_id left join document d on %s
                                where k.folder_id = $1 and k.gone_at <= now() - make_interval(secs => $2)
                                  and k.gone_at < $3
                                order by k.gone_at, k.path limit $4""".formatted(IN_PLACE)).execute(Tuple.of(folderId, graceS, before, limit)))
                .map(KnownFiles::known);
    }

    private static List<KnownFile> known(RowSet<Row> rows) {
        List<KnownFile> files = new ArrayList<>(rows.size());
        rows.forEach(row -> files.add(KnownFile.of(row)));
        return files;
    }

    /** Whether files are gone that are still waited for. */
    Uni<Boolean> anyGone(SqlConnection tx, UUID folderId) {
        return tx.preparedQuery(
                        "select exists (select 1 from folder_file where folder_id = $1 and gone_at is not null)")
                .execute(Tuple.of(folderId))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Forgets a file; false when it is not known with this document any more. */
    Uni<Boolean> forget(SqlConnection tx, UUID folderId, KnownFile file) {
        return tx.preparedQuery("""
                        delete from folder_file
                        where folder_id = $1 and path = $2 and document_id is not distinct from $3""")
                .execute(Tuple.of(folderId, file.path(), file.documentId()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Forgets some of the files, whatever becomes of their documents; the number of them. */
    Uni<Integer> forgetSome(SqlConnection tx, UUID folderId, int limit) {
        return tx.preparedQuery("""
                        delete from folder_file where folder_id = $1 and path = any(array(
                          select path from folder_file where folder_id = $1 order by path limit $2))""").execute(Tuple.of(folderId, limit)).map(SqlResult::rowCount);
    }

    /** Some of the files, by path, one more than asked for when there are more. */
    Uni<List<FolderFileView>> list(
            SqlConnection connection,
            Reach reach,
            UUID folderId,
            @Nullable FolderFileState state,
            int limit,
            @Nullable String after) {
        SqlConditions conditions = reach.restrict(
                new SqlConditions()
                        .and("f.deleted_at is null and c.deleted_at is null")
                        .and(FILE)
                        .and("k.folder_id = $", folderId),
                "c.owner_id",
                "f.collection_id");
        if (state != null) {
            conditions.and(state.condition());
        }
        if (after != null) {
            conditions.and("k.path > $", after);
        }
        String sql = LIST + conditions.where() + " order by k.path limit " + conditions.parameter(limit + 1);
        return connection.preparedQuery(sql).execute(conditions.tuple()).map(rows -> {
            List<FolderFileView> views = new ArrayList<>(rows.size());
            rows.forEach(row -> views.add(FolderFileView.of(row)));
            return views;
        });
    }
}
