package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.memory.JsonText;
import dev.evenkeel.memory.MemoryResults;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memories that a search found, best first.
 *
 * @param mode how they were found in fact
 * @param degraded why less was done than asked for
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FoundMemories(
        String mode, List<Found> memories, @Nullable String degraded) {
    /**
     * One memory.
     *
     * @param metadata its metadata as JSON
     * @param keywordScore BM25, when it was found by its words
     * @param vectorScore cosine, when it was found by its meaning
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Found(
            String namespace,
            String key,
            String content,
            String metadata,
            @Nullable Double score,
            @Nullable Double keywordScore,
            @Nullable Double vectorScore,
            Instant updatedAt,
            @Nullable Instant expiresAt) {
        static Found of(MemoryResults.Result result) {
            String text = result.text();
            String value = result.value();
            return new Found(
                    result.namespace(),
                    result.key(),
                    text != null ? text : JsonText.plain(value == null ? "" : value, Memory.MAX_CONTENT_LENGTH),
                    result.metadata(),
                    result.score(),
                    result.keywordScore(),
                    result.vectorScore(),
                    result.updatedAt(),
                    result.expiresAt());
        }
    }

    static FoundMemories of(MemoryResults found) {
        return new FoundMemories(
                found.mode(), found.results().stream().map(Found::of).toList(), found.degraded());
    }
}
