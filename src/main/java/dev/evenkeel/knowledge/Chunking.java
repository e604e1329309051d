package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.chunk.ChunkingOptions;
import dev.evenkeel.knowledge.ingestion.chunk.ChunkingStrategy;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the documents of a collection are cut.
 *
 * @param strategy {@code structure} (headings, paragraphs, code blocks), {@code sentence} (whole sentences) or {@code fixed} (windows);
 *     structure when absent at creation
 * @param maxTokens most tokens (cl100k_base) of a chunk, 64 to 8000; that of the configuration when absent at creation
 * @param overlapTokens most tokens with which a chunk repeats the end of the one before, 0 to half of {@code max_tokens}; 0 when absent
 *     at creation
 */
@RegisterForReflection
public record Chunking(
        @Size(max = 20) @Nullable String strategy,
        @Min(MIN_TOKENS) @Max(MAX_TOKENS) @Nullable Integer maxTokens,
        @Min(0) @Max(MAX_TOKENS / 2) @Nullable Integer overlapTokens) {
    /** The least that {@code max_tokens} may be. */
    public static final int MIN_TOKENS = 64;

    /** The most that {@code max_tokens} may be. */
    public static final int MAX_TOKENS = 8_000;

    /** What the configuration says and no collection. */
    static final Chunking DEFAULT = new Chunking(ChunkingStrategy.STRUCTURE.wireName(), null, 0);

    /**
     * These settings with some of them changed.
     *
     * @param change what is null in it stays
     * @param configuredMaxTokens the cap of a collection that names none
     * @throws ProblemException 400 when there is no such strategy, 422 when the overlap is more than half of a chunk
     */
    Chunking with(@Nullable Chunking change, int configuredMaxTokens) {
        if (change == null) {
            return this;
        }
        Chunking changed = new Chunking(
                Objects.requireNonNullElse(change.strategy, strategy),
                change.maxTokens == null ? maxTokens : change.maxTokens,
                Objects.requireNonNullElse(change.overlapTokens, overlapTokens));
        if (ChunkingStrategy.ofWireName(String.valueOf(changed.strategy)).isEmpty()) {
            throw ProblemException.invalid(
                    "chunking.strategy", "is one of " + String.join(", ", ChunkingStrategy.wireNames()));
        }
        int cap = Objects.requireNonNullElse(changed.maxTokens, configuredMaxTokens);
        int overlap = Objects.requireNonNullElse(changed.overlapTokens, 0);
        if (overlap > 0 && cap < ChunkingOptions.smallestCap(overlap)) {
            throw ProblemException.unprocessable("With chunks of at most " + cap
                    + " tokens chunking.overlap_tokens is 0 to " + Math.max(0, Math.min(cap / 2, cap - 32)) + ".");
        }
        // An overlap belongs to the cap that it was chosen for, also when the configuration says another one day.
        return overlap > 0 ? changed.inForce(configuredMaxTokens) : changed;
    }

    /** The same with the cap in force. */
    Chunking inForce(int configuredMaxTokens) {
        return new Chunking(strategy, Objects.requireNonNullElse(maxTokens, configuredMaxTokens), overlapTokens);
    }

    /**
     * What the chunker is told.
     *
     * @param configuredMaxTokens the cap of a collection that names none
     * @param language of the collection
     */
    public ChunkingOptions options(int configuredMaxTokens, String language) {
        return ChunkingOptions.of(
                ChunkingStrategy.ofWireName(String.valueOf(strategy)).orElseThrow(),
                Objects.requireNonNullElse(maxTokens, configuredMaxTokens),
                Objects.requireNonNullElse(overlapTokens, 0),
                language);
    }
}
