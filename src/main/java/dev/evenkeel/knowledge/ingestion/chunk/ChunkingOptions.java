package dev.evenkeel.knowledge.ingestion.chunk;

/**
 * How large chunks may be.
 *
 * @param maxTokens hard cap on the tokens of a chunk (cl100k_base), at least 32
 * @param minTokens chunks with fewer tokens are joined with a neighbouring section where the cap allows it; 0 keeps every
 *     section apart; at most half of {@code maxTokens}
 */
public record ChunkingOptions(int maxTokens, int minTokens) {

    public static final ChunkingOptions DEFAULT = ofMaxTokens(400);

    private static final int SMALLEST_CAP = 32;

    public ChunkingOptions {
        if (maxTokens < SMALLEST_CAP) {
            throw new IllegalArgumentException("maxTokens must be at least " + SMALLEST_CAP);
        }
        if (minTokens < 0 || minTokens > maxTokens / 2) {
            throw new IllegalArgumentException("minTokens must be between 0 and half of maxTokens");
        }
    }

    /** Options with the given cap and a minimum in proportion: 64 tokens for a cap of 400. */
    public static ChunkingOptions ofMaxTokens(int maxTokens) {
        return new ChunkingOptions(maxTokens, maxTokens * 4 / 25);
    }
}
