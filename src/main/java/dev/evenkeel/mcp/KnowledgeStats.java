package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.KnowledgeTotals;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;

/**
 * What a caller may read, in numbers.
 *
 * @param chunks passages that searches can find
 * @param embeddedChunks those among them that can be found by meaning
 * @param embeddingModel the model's name, or {@code none}
 */
@RegisterForReflection
public record KnowledgeStats(
        long collections,
        long documents,
        long chunks,
        long embeddedChunks,
        long tokens,
        long sizeBytes,
        Map<String, Long> documentsByState,
        Map<String, Long> documentsByType,
        String embeddingModel) {
    static KnowledgeStats of(KnowledgeTotals totals, String model) {
        return new KnowledgeStats(
                totals.collections(),
                totals.documents(),
                totals.chunks(),
                totals.embeddedChunks(),
                totals.tokens(),
                totals.sizeBytes(),
                totals.documentsByState(),
                totals.documentsByType(),
                model);
    }
}
