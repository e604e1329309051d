package dev.evenkeel.platform.search.lexical;

import java.util.List;

/**
 * Analysed chunks, ready to be written.
 *
 * @param tokenCount words in all the chunks, stop words not counted
 */
public record PreparedPostings(String language, List<Batch> batches, int chunkCount, long tokenCount) {
    /** What becomes one small segment. */
    record Batch(int chunkCount, long tokenCount, byte[] documents, byte[] postings) {}
}
