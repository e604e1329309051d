package dev.evenkeel.knowledge;

import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as a piece of its document's text.
 *
 * @param ordinal its place in the document, from 0
 * @param start index of its first char in the extracted text; may lie before the end of the chunk before
 * @param end index after its last char
 */
record Passage(
        long chunkNo,
        UUID chunkId,
        UUID documentId,
        int ordinal,
        int start,
        int end,
        @Nullable Integer pageFrom,
        @Nullable Integer pageTo,
        int lineFrom,
        int lineTo,
        int tokens,
        String content) {
    /** Columns of a table {@code k} of chunks that {@link #of} reads. */
    static final String COLUMNS =
            "k.no, k.id, k.document_id, k.ordinal, k.start_offset, k.end_offset, k.page_from, k.page_to,"
                    + " k.line_from, k.line_to, k.tokens, k.content";

    static Passage of(Row row) {
        return new Passage(
                row.getLong("no"),
                row.getUUID("id"),
                row.getUUID("document_id"),
                row.getInteger("ordinal"),
                row.getInteger("start_offset"),
                row.getInteger("end_offset"),
                row.getInteger("page_from"),
                row.getInteger("page_to"),
                row.getInteger("line_from"),
                row.getInteger("line_to"),
                row.getInteger("tokens"),
                row.getString("content"));
    }
}
