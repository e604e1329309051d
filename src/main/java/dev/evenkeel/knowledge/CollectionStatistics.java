package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.Map;
import java.util.UUID;

/**
 * Sums over the documents of a collection at this moment.
 *
 * @param documentsByState how many documents are in each state
 * @param documentsByType how many documents are of each type
 * @param embeddingTokens tokens that were given to each embedding model, by its name, since the collection was made
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
        Map<String, Long> documentsByType,
        Map<String, Long> embeddingTokens) {

    static CollectionStatistics of(UUID id, RowSet<Row> rows, Map<String, Long> embeddingTokens) {
        KnowledgeTotals sums = KnowledgeTotals.of(rows);
        return new CollectionStatistics(
                id,
                sums.documents(),
                sums.chunks(),
                sums.embeddedChunks(),
                sums.tokens(),
                sums.sizeBytes(),
                sums.documentsByState(),
                sums.documentsByType(),
                embeddingTokens);
    }
}
