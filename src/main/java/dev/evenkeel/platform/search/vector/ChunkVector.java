package dev.evenkeel.platform.search.vector;

/**
 * A chunk's vector.
 *
 * @param textHash SHA-256 of the text that was embedded
 */
public record ChunkVector(long chunkNo, byte[] textHash, float[] vector) {}
