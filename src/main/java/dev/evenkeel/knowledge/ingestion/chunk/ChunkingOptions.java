package dev.evenkeel.knowledge.ingestion.chunk;

/**
 * How a text is cut.
 *
 * @param strategy by what it is cut
 * @param maxTokens hard cap on the tokens of a chunk (cl100k_base), at least 32
 * @param minTokens of {@link ChunkingStrategy#STRUCTURE}: chunks with fewer tokens are joined with a neighbouring section where the
 *     cap allows it; 0 keeps every section apart; at most half of {@code maxTokens}
 * @param overlapTokens most tokens with which a chunk repeats the end of the chunk before; at most half of {@code maxTokens}, and so few
 *     that at least 32 tokens of a chunk are its own
 * @param language of the text, by which sentences are told: one of those of the keyword index
 */
public record ChunkingOptions(
        ChunkingStrategy strategy, int maxTokens, int minTokens, int overlapTokens, String language) {

    public static final ChunkingOptions DEFAULT = ofMaxTokens(400);

    private static final int SMALLEST_CAP = 32;

    private static final String NO_LANGUAGE = "simple";

    public ChunkingOptions {
        if (maxTokens < SMALLEST_CAP) {
            throw new IllegalArgumentException("maxTokens must be at least " + SMALLEST_CAP);
        }
        if (minTokens < 0 || minTokens > maxTokens / 2) {
            throw new IllegalArgumentException("minTokens must be between 0 and half of maxTokens");
        }
        if (overlapTokens < 0 || overlapTokens > Math.min(maxTokens / 2, maxTokens - SMALLEST_CAP)) {
            throw new IllegalArgumentException("overlapTokens must be between 0 and half of maxTokens");
        }
    }

    /** Cuts by structure, without overlap. */
    public ChunkingOptions(int maxTokens, int minTokens) {
        this(ChunkingStrategy.STRUCTURE, maxTokens, minTokens, 0, NO_LANGUAGE);
    }

    /** Options with the given cap and a minimum in proportion: 64 tokens for a cap of 400. */
    public static ChunkingOptions ofMaxTokens(int maxTokens) {
        return new ChunkingOptions(maxTokens, minimum(maxTokens));
    }

    /** Options whose minimum is in proportion to what a chunk holds of its own. */
    public static ChunkingOptions of(ChunkingStrategy strategy, int maxTokens, int overlapTokens, String language) {
        return new ChunkingOptions(strategy, maxTokens, minimum(maxTokens - overlapTokens), overlapTokens, language);
    }

    private static int minimum(int maxTokens) {
        return maxTokens * 4 / 25;
    }

    /** Tokens that a chunk may have beside what it repeats of the one before. */
    int ownTokens() {
        return maxTokens - overlapTokens;
    }

    /** The smallest cap together with the given overlap. */
    public static int smallestCap(int overlapTokens) {
        return Math.max(2 * overlapTokens, SMALLEST_CAP + overlapTokens);
    }

    /** The settings in one word, kept with each document that was cut by them. */
    public String fingerprint() {
        return strategy.wireName() + ":" + maxTokens + ":" + overlapTokens;
    }
}
