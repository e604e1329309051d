package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Sums over the documents of a collection at this moment.
 *
 * @param documentsByState how many documents are in each state
 * @param documentsByType how many documents are of each type
 */
@RegisterForReflection
public record CollectionStatistics(
        UUID collectionId,
        long documents,
        long chunks,
        long embeddedChunks,
        long tokens,
        long sizeBytes,
        Map<String, Long> documentsByState,
        Map<String, Long> documentsByType) {

    static CollectionStatistics of(UUID id, RowSet<Row> rows) {
        long documents = 0;
        long chunks = 0;
        long embedded = 0;
        long tokens = 0;
        long bytes = 0;
        Map<String, Long> byState = new TreeMap<>();
        Map<String, Long> byType = new TreeMap<>();
        for (Row row : rows) {
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
        return new CollectionStatistics(id, documents, chunks, embedded, tokens, bytes, byState, byType);
    }
}
