package dev.evenkeel.knowledge.facade;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.knowledge.quarantine.PurgeOrder;
import dev.evenkeel.knowledge.quarantine.Purged;
import dev.evenkeel.knowledge.quarantine.QuarantineFilter;
import dev.evenkeel.knowledge.quarantine.QuarantineItemView;
import dev.evenkeel.knowledge.quarantine.QuarantineService;
import dev.evenkeel.knowledge.quarantine.Restoration;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What was refused in the knowledge base. */
@ApplicationScoped
public class RagKbQuarantine {
    private static final String REJECTED = """
            select coalesce(d.source_path, d.title) as file_path, d.error_code, d.error_detail, d.state, d.updated_at,
                   count(*) over () as total
            from document d where d.collection_id = $1 and d.state in ('rejected', 'quarantined')
            order by d.updated_at desc, d.id desc limit $2
            """;

    private static final String HELD = """
            from quarantine_item q join document d on d.id = q.document_id and d.revision = q.revision
            where d.collection_id = $1 and d.state = 'quarantined' and q.state = 'held'
            """;

    /** An exact path is one alone; a name may be that of several. */
    private static final String NAMED = """
            select q.id, coalesce(d.source_path, d.id::text) as path, coalesce(d.source_path = $2, false) as exact
            """ + HELD + """
              and (d.source_path = $2 or right(d.source_path, length($2) + 1) = '/' || $2 or d.source_path is null and d.title = $2
                or d.source_path is null and d.id::text = $2)
            order by exact desc, q.id desc limit $3
            """;

    private static final int MAX_NAMED = 10;

    private final Database database;
    private final RagKbCollection collection;
    private final QuarantineService quarantine;
    private final RagKbRows rows;
    private final RagKbConfig config;

    RagKbQuarantine(
            Database database,
            RagKbCollection collection,
            QuarantineService quarantine,
            RagKbRows rows,
            RagKbConfig config) {
        this.database = database;
        this.collection = collection;
        this.quarantine = quarantine;
        this.rows = rows;
        this.config = config;
    }

    /** A file that was refused, and why. */
    record Rejection(String filePath, String code, String reason, boolean quarantined, Instant at) {}

    /**
     * A part of a list.
     *
     * @param total how long all of it is
     */
    record Listing<T>(long total, List<T> items) {}

    Uni<Listing<Rejection>> rejected(Caller caller) {
        return collection
                .within(caller.reading())
                .chain(id -> database.readSql(
                        connection -> connection.preparedQuery(REJECTED).execute(Tuple.of(id, config.maxDocuments()))))
                .chain(found -> rows.map(found, RagKbQuarantine::rejections));
    }

    private static Listing<Rejection> rejections(RowSet<Row> rows) {
        List<Rejection> rejections = new ArrayList<>(rows.size());
        long total = 0;
        for (Row row : rows) {
            total = row.getLong("total");
            rejections.add(new Rejection(
                    row.getString("file_path"),
                    row.getString("error_code"),
                    row.getString("error_detail"),
                    row.getString("state").equals("quarantined"),
                    row.getOffsetDateTime("updated_at").toInstant()));
        }
        return new Listing<>(total, rejections);
    }

    /** What is held, newest first, as many as fit on one page. */
    Uni<Listing<QuarantineItemView>> held(Caller caller) {
        return collection
                .within(caller.reading())
                .chain(id -> quarantine
                        .list(caller, new QuarantineFilter(id, null, null), Page.MAX_LIMIT, null)
                        .chain(page -> database.readSql(connection -> connection
                                        .preparedQuery("select count(*) " + HELD)
                                        .execute(Tuple.of(id)))
                                .map(rows ->
                                        new Listing<>(rows.iterator().next().getLong(0), page.items()))));
    }

    /**
     * Restores the file of that path or name.
     *
     * @throws ProblemException (as failure) 404 when there is none, 409 when several have the name
     */
    Uni<Restoration> restore(Caller caller, String filename, Origin origin) {
        PlainText.requireStorable("filename", filename);
        return collection
                .within(caller.managing())
                .chain(id -> database.readSql(
                        connection -> connection.preparedQuery(NAMED).execute(Tuple.of(id, filename, MAX_NAMED))))
                .map(rows -> only(filename, rows))
                .chain(item -> quarantine.restore(caller, item, origin));
    }

    private static UUID only(String filename, RowSet<Row> found) {
        List<String> paths = new ArrayList<>();
        for (Row row : found) {
            if (row.getBoolean("exact") || found.size() == 1) {
                return row.getUUID("id");
            }
            paths.add(row.getString("path"));
        }
        throw paths.isEmpty()
                ? RagKbDocuments.notFound("File not found in quarantine: " + filename)
                : ProblemException.conflict("Several files have this name; send the path of one: " + paths);
    }

    Uni<Purged> purge(Caller caller, int olderThanDays, boolean dryRun, Origin origin) {
        return collection
                .within(caller.managing())
                .chain(id -> quarantine.purge(caller, new PurgeOrder(id, olderThanDays, dryRun), origin));
    }
}
