package dev.evenkeel.platform.search.vector;

import java.util.Comparator;

/**
 * A chunk near a query.
 *
 * @param similarity by the metric of the search, the higher the nearer; a cosine is from -1 to 1
 */
public record VectorHit(long chunkNo, long corpusNo, double similarity) {
    /** Nearest first; equal ones by chunk number. */
    static final Comparator<VectorHit> NEAREST_FIRST =
            Comparator.comparingDouble(VectorHit::similarity).reversed().thenComparingLong(VectorHit::chunkNo);
}
