package dev.evenkeel.platform.search.vector;

/**
 * A chunk near a query.
 *
 * @param cosine from -1 to 1
 */
public record VectorHit(long chunkNo, long corpusNo, double cosine) {}
