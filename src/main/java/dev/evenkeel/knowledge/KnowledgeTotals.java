package dev.evenkeel.knowledge;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums over all documents within somebody's reach at this moment.
 *
 * @param documentsByState how many documents are in each state
 * @param documentsByType how many documents are of each type
 */
public record KnowledgeTotals(
        long collections,
        long documents,
        long chunks,
        long embeddedChunks,
        long tokens,
        long sizeBytes,
        Map<String, Long> documentsByState,
        Map<String, Long> documentsByType) {

    static KnowledgeTotals of(RowSet<Row> rows) {
        long collections = 0;
        long documents = 0;
        long chunks = 0;
        long embedded = 0;
        long tokens = 0;
        long bytes = 0;
        Map<String, Long> byState = new TreeMap<>();
        Map<String, Long> byType = new TreeMap<>();
        for (Row row : rows) {
            collections = row.getLong("collections");
            if (row.getString("state") == null) {
                continue;
            }
            long count = row.getLong("documents");
            documents += count;
            chunks += row.getLong("chunks");
            embedded += row.getLong("embedded");
            tokens += row.getLong("tokens");
            bytes += row.getLong("bytes");
            byState.merge(row.getString("state"), count, Long::sum);
            byType.merge(row.getString("document_type"), count, Long::sum);
        }
        return new KnowledgeTotals(collections, documents, chunks, embedded, tokens, bytes, byState, byType);
    }
}
