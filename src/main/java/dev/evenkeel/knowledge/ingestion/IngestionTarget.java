package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.quarantine.Quarantine;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The document that an ingestion job is about, as it is now. */
record IngestionTarget(
        UUID documentId,
        CollectionRef collection,
        String title,
        @Nullable String sourcePath,
        String documentType,
        long sizeBytes,
        int revision,
        @Nullable Integer indexedRevision,
        @Nullable UUID indexedBy,
        Quarantine.Terms terms) {
    private static final String QUERY = """
            select d.id as document_id, d.title, d.source_path, d.document_type, d.size_bytes, d.revision,
                   d.indexed_revision, d.indexed_by, %s, %s
            from document d join collection c on c.id = d.collection_id
            left join quarantine_item q on q.document_id = d.id and q.revision = d.revision
            where d.id = $1 and d.revision = $2 and c.deleted_at is null
            """.formatted(CollectionRef.COLUMNS, Quarantine.Terms.COLUMNS);

    /** The document, unless it is gone or newer content has come meanwhile. */
    static Uni<Optional<IngestionTarget>> find(SqlConnection connection, IngestionJobs.Payload payload) {
        return find(connection, payload, QUERY);
    }

    private static Uni<Optional<IngestionTarget>> find(
            SqlConnection connection, IngestionJobs.Payload payload, String query) {
        return connection
                .preparedQuery(query)
                .execute(Tuple.of(payload.documentId(), payload.revision()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(of(rows.iterator().next())));
    }

    /**
     * The same, locked until the transaction ends; the collection keeps its model that long. Read after the lock is held: when a move commits during the wait, one
     * statement for both would look for the document in the collection where it was before, and find none. The two are sent together;
     * the server executes the second when the first has its lock.
     */
    static Uni<Optional<IngestionTarget>> lock(SqlConnection tx, IngestionJobs.Payload payload) {
        return Uni.combine()
                .all()
                .unis(
                        tx.preparedQuery("select 1 from document where id = $1 for update")
                                .execute(Tuple.of(payload.documentId())),
                        find(tx, payload, QUERY + " for share of c"))
                .with((locked, target) -> target);
    }

    private static IngestionTarget of(Row row) {
        return new IngestionTarget(
                row.getUUID("document_id"),
                CollectionRef.of(row),
                row.getString("title"),
                row.getString("source_path"),
                row.getString("document_type"),
                row.getLong("size_bytes"),
                row.getInteger("revision"),
                row.getInteger("indexed_revision"),
                row.getUUID("indexed_by"),
                Quarantine.Terms.of(row));
    }

    /** Whether this revision is what searches find. */
    boolean isIndexed() {
        return indexedRevision != null && indexedRevision == revision;
    }

    /** Whether the keyword index holds this revision already, so that a repeated run goes on with embedding. */
    boolean indexedAlready(boolean again, UUID jobId) {
        return isIndexed() && (!again || jobId.equals(indexedBy));
    }

    /** The name by which the type of the document is told. */
    String fileName() {
        return sourcePath == null ? title : sourcePath;
    }
}
