package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Objects;

/**
 * How the documents of a collection are cut, as the API shows it.
 *
 * @param strategy {@code structure}, {@code sentence} or {@code fixed}
 * @param maxTokens most tokens of a chunk
 * @param overlapTokens most tokens with which a chunk repeats the end of the one before
 */
@RegisterForReflection
public record ChunkingView(String strategy, int maxTokens, int overlapTokens) {
    static ChunkingView of(Chunking chunking, int configuredMaxTokens) {
        return new ChunkingView(
                String.valueOf(chunking.strategy()),
                Objects.requireNonNullElse(chunking.maxTokens(), configuredMaxTokens),
                Objects.requireNonNullElse(chunking.overlapTokens(), 0));
    }
}
