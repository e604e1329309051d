package dev.evenkeel.platform.search.lexical;

/**
 * A chunk to be indexed.
 *
 * @param chunkNo the chunk's number: unique, never used again, also not after the chunk is gone
 */
public record ChunkText(long chunkNo, String text) {}
