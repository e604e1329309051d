package dev.evenkeel.knowledge.ingestion;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** The bytes of documents as they came, in the database, in parts. */
@ApplicationScoped
public class Originals {
    /** A part is one statement of a batch, and one message between the database and an event loop. */
    public static final int PART_BYTES = 512 * 1024;

    private static final int FIRST_REVISION = 1;

    public Uni<Void> write(SqlConnection tx, UUID documentId, int revision, int partNo, byte[] part) {
        return tx.preparedQuery(
                        "insert into document_part (document_id, revision, part_no, content) values ($1, $2, $3, $4)")
                .execute(Tuple.of(documentId, revision, partNo, Buffer.buffer(part)))
                .replaceWithVoid();
    }

    /** Stores bytes that are in memory already. */
    public Uni<Void> writeAll(SqlConnection tx, UUID documentId, int revision, byte[] bytes) {
        Uni<Void> written = Uni.createFrom().voidItem();
        for (int from = 0, no = 0; from < bytes.length; from += PART_BYTES, no++) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART_BYTES));
            int partNo = no;
            written = written.chain(() -> write(tx, documentId, revision, partNo, part));
        }
        return written;
    }

    /** One part, or null after the last. */
    public Uni<byte[]> read(SqlConnection connection, UUID documentId, int revision, int partNo) {
        return connection
                .preparedQuery(
                        "select content from document_part where document_id = $1 and revision = $2 and part_no = $3")
                .execute(Tuple.of(documentId, revision, partNo))
                .map(rows -> {
                    for (Row row : rows) {
                        return row.getBuffer(0).getBytes();
                    }
                    return null;
                });
    }

    /** Deletes what was kept of revisions before; the document is locked at this one. */
    public Uni<Void> deleteOthers(SqlConnection tx, UUID documentId, int keptRevision) {
        return keptRevision == FIRST_REVISION
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("delete from document_part where document_id = $1 and revision <> $2")
                        .execute(Tuple.of(documentId, keptRevision))
                        .replaceWithVoid();
    }

    public Uni<Void> deleteAll(SqlConnection tx, UUID documentId) {
        return tx.preparedQuery("delete from document_part where document_id = $1")
                .execute(Tuple.of(documentId))
                .replaceWithVoid();
    }
}
