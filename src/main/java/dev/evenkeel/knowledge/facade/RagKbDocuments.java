package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.DocumentFilter;
import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.knowledge.SourcePaths;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The documents of the knowledge base, by their paths. One without a path goes by its id. */
@ApplicationScoped
public class RagKbDocuments {
    private static final int NOT_FOUND = 404;
    private static final String PATH = "coalesce(d.source_path, d.id::text)";
    private static final String COLUMNS = "d.id, " + PATH + " as file_path, d.title, d.source_path,"
            + " encode(d.content_hash, 'hex') as file_hash, d.indexed_at, d.chunk_count, d.extraction_method, d.state, d.job_id";

    private final Database database;
    private final RagKbCollection collection;
    private final DocumentService documents;
    private final RagKbRows rows;
    private final RagKbConfig config;

    RagKbDocuments(
            Database database,
            RagKbCollection collection,
            DocumentService documents,
            RagKbRows rows,
            RagKbConfig config) {
        this.database = database;
        this.collection = collection;
        this.documents = documents;
        this.rows = rows;
        this.config = config;
    }

    /**
     * A document of the knowledge base.
     *
     * @param filePath its path in the collection, or its id when it has none
     * @param fileName the last segment of the path, or the title
     * @param indexedAt when what is found of it was indexed, absent until it was
     */
    public record Entry(
            UUID id,
            String filePath,
            String fileName,
            String fileHash,
            @Nullable Instant indexedAt,
            int chunkCount,
            @Nullable String extractionMethod,
            String state,
            @Nullable UUID jobId) {
        static Entry of(Row row) {
            String path = row.getString("source_path");
            OffsetDateTime indexedAt = row.getOffsetDateTime("indexed_at");
            return new Entry(
                    row.getUUID("id"),
                    row.getString("file_path"),
                    path == null ? row.getString("title") : path.substring(path.lastIndexOf('/') + 1),
                    row.getString("file_hash"),
                    indexedAt == null ? null : indexedAt.toInstant(),
                    row.getInteger("chunk_count"),
                    row.getString("extraction_method"),
                    row.getString("state"),
                    row.getUUID("job_id"));
        }
    }

    /**
     * Indexed documents, those first that were indexed last.
     *
     * @param total how many there are, of which the list may be a part
     */
    public record Listing(long total, List<Entry> entries) {}

    /**
     * The indexed documents.
     *
     * @param pattern part of the path, or with {@code *} and {@code ?} a pattern for all of it; null for all documents
     */
    Uni<Listing> list(Caller caller, @Nullable String pattern) {
        return list(caller, pattern, config.maxDocuments());
    }

    /** The same, with at most so many documents. */
    public Uni<Listing> list(Caller caller, @Nullable String pattern, int limit) {
        PlainText.requireStorable("pattern", pattern);
        String like = new DocumentFilter(null, pattern, null, null).namePattern();
        return collection.within(caller.reading()).chain(id -> {
            SqlConditions conditions =
                    new SqlConditions().and("d.collection_id = $", id).and("d.indexed_revision is not null");
            if (like != null) {
                conditions.and(PATH + " ilike $ escape '!'", like);
            }
            String sql = "select " + COLUMNS + ", count(*) over () as total from document d" + conditions.where()
                    + " order by d.indexed_at desc, d.id desc limit " + conditions.parameter(limit);
            return database.readSql(connection -> connection.preparedQuery(sql).execute(conditions.tuple()))
                    .chain(found -> rows.map(found, RagKbDocuments::listing));
        });
    }

    private static Listing listing(RowSet<Row> rows) {
        List<Entry> entries = new ArrayList<>(rows.size());
        long total = 0;
        for (Row row : rows) {
            total = row.getLong("total");
            entries.add(Entry.of(row));
        }
        return new Listing(total, entries);
    }

    /** The knowledge base in numbers. */
    public record Totals(long documents, long chunks) {}

    public Uni<Totals> totals(Caller caller) {
        return collection
                .within(caller.reading())
                .chain(id -> database.readSql(connection -> connection
                        .preparedQuery("select count(*) as documents, coalesce(sum(chunk_count), 0)::bigint as chunks"
                                + " from document where collection_id = $1 and indexed_revision is not null")
                        .execute(Tuple.of(id))))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Totals(row.getLong("documents"), row.getLong("chunks"));
                });
    }

    /**
     * The indexed document of that path or file name, else the one with it in its path that was indexed last.
     *
     * @throws ProblemException (as failure) 404 when there is none
     */
    Uni<Entry> find(Caller caller, String name) {
        PlainText.requireStorable("filename", name);
        String like = "%" + name.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
        return collection
                .within(caller.reading())
                .chain(id -> database.readSql(connection -> connection
                        .preparedQuery("select " + COLUMNS + " from document d where d.collection_id = $1"
                                + " and d.indexed_revision is not null and " + PATH + " ilike $2 escape '!'"
                                + " order by " + PATH + " = $3 desc,"
                                + " right(" + PATH
                                + ", length($3) + 1) = '/' || $3 desc, d.indexed_at desc, d.id desc limit 1")
                        .execute(Tuple.of(id, like, name))))
                .map(rows -> {
                    for (Row row : rows) {
                        return Entry.of(row);
                    }
                    throw notFound("Document not found: " + name);
                });
    }

    /**
     * The document of exactly that path, indexed or not.
     *
     * @throws ProblemException 400 when no document can have such a path
     */
    Uni<Optional<Entry>> exactly(Reach reach, String path) {
        String normal = SourcePaths.normalise(path);
        return collection
                .within(reach)
                .chain(id -> database.readSql(connection -> connection
                        .preparedQuery("select " + COLUMNS + " from document d where d.collection_id = $1"
                                + " and (d.source_path = $2 or d.source_path is null and d.id = $3)")
                        .execute(Tuple.of(id, normal, idOrNull(normal)))))
                .map(rows -> {
                    for (Row row : rows) {
                        return Optional.of(Entry.of(row));
                    }
                    return Optional.empty();
                });
    }

    private static @Nullable UUID idOrNull(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException aPath) {
            return null;
        }
    }

    /** Deletes the document of exactly that path; what was deleted, if there was such a document. */
    Uni<Optional<Entry>> delete(Caller caller, String path) {
        return exactly(caller.writing(), path)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(found)
                        : documents
                                .delete(caller, found.get().id(), null)
                                .replaceWith(found)
                                // Somebody else was faster.
                                .onFailure(RagKbDocuments::isNotFound)
                                .recoverWithItem(Optional.<Entry>empty()));
    }

    /**
     * Indexes a document again from its bytes.
     *
     * @throws ProblemException (as failure) 404 when there is none of that path, 409 when its bytes were not kept
     */
    Uni<DocumentView> reindex(Caller caller, String path) {
        return required(caller, path).chain(entry -> documents.reindex(caller, entry.id()));
    }

    /** The document of exactly that path, for somebody who may change it. */
    Uni<Entry> required(Caller caller, String path) {
        return exactly(caller.writing(), path)
                .map(found -> found.orElseThrow(() -> notFound("File not found: " + path)));
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof ProblemException problem && problem.problem().status() == NOT_FOUND;
    }

    static ProblemException notFound(String detail) {
        return new ProblemException(Problem.of(ProblemType.NOT_FOUND, detail), null);
    }
}
