package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;

/** What documents contain, written to the archive of a backup as it is read: the bytes as they came, or the text of the chunks. */
@ApplicationScoped
class BackupContents {
    private static final int CHUNKS_AT_ONCE = 100;

    private final Database database;
    private final Originals originals;
    private final Offload offload;

    BackupContents(Database database, Originals originals, Offload offload) {
        this.database = database;
        this.originals = originals;
        this.offload = offload;
    }

    /** The bytes as they came, a part at a time. */
    Multi<Buffer> original(BackupZip zip, BackupDocument document, BackupReading reading) {
        int parts = (int) ((document.sizeBytes() + Originals.PART_BYTES - 1) / Originals.PART_BYTES);
        return Multi.createFrom()
                .range(0, parts)
                .onItem()
                .transformToUniAndConcatenate(part -> database.readSql(
                                connection -> originals.read(connection, document.id(), document.revision(), part))
                        .onItem()
                        .ifNull()
                        .failWith(BackupReading.Superseded::new)
                        .chain(bytes -> offload.bulk(() -> {
                            reading.digest.update(bytes);
                            return zip.write(bytes);
                        })));
    }

    /** The text of the chunks without what they repeat, a hundred at a time, all of one state of the index. */
    Multi<Buffer> text(BackupZip zip, BackupDocument document, BackupReading reading) {
        return Multi.createBy()
                .repeating()
                .uni(() -> database.readSql(connection -> connection
                                .preparedQuery("""
                                        select c.ordinal, c.content, c.start_offset, c.end_offset, c.line_from, c.line_to,
                                               concat(d.indexed_revision, ' ', d.indexed_by, ' ', d.indexed_at) as state
                                        from document d left join chunk c on c.document_id = d.id and c.ordinal > $2
                                        where d.id = $1 order by c.ordinal limit $3""")
                                .execute(Tuple.of(document.id(), reading.place.ordinal(), CHUNKS_AT_ONCE)))
                        .chain(rows -> offload.bulk(() -> {
                            StringBuilder text = new StringBuilder();
                            BackupReading.Place at = reading.place;
                            reading.requireSame(rows);
                            for (Row row : rows) {
                                if (row.getInteger("ordinal") != null) {
                                    at = append(text, row, at);
                                }
                            }
                            reading.place = at;
                            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                            reading.digest.update(bytes);
                            return new Piece(rows.size(), zip.write(bytes));
                        })))
                .whilst(piece -> piece.chunks() == CHUNKS_AT_ONCE)
                .map(Piece::bytes);
    }

    private record Piece(int chunks, Buffer bytes) {}

    private static BackupReading.Place append(StringBuilder text, Row row, BackupReading.Place at) {
        int start = row.getInteger("start_offset");
        String content = row.getString("content");
        int repeated = Math.max(0, at.end() - start);
        if (start > at.end() && at.ordinal() >= 0) {
            int lines = row.getInteger("line_from") - at.line();
            text.append(lines > 0 ? "\n".repeat(Math.min(lines, start - at.end())) : " ");
        }
        text.append(content, Math.min(repeated, content.length()), content.length());
        return new BackupReading.Place(
                row.getInteger("ordinal"), row.getInteger("end_offset"), row.getInteger("line_to"));
    }
}
