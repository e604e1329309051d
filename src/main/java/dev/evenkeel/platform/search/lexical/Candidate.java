package dev.evenkeel.platform.search.lexical;

import java.util.Comparator;

/** A document that may become a hit, with the score it has so far. */
final class Candidate {
    /** Best first; equal scores by chunk number. */
    static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(
                    (Candidate candidate) -> -candidate.score)
            .thenComparingLong(candidate -> candidate.chunkNo);

    final int segment;
    final int document;
    final long chunkNo;
    double score;
    int wordBits;

    Candidate(int segment, int document, long chunkNo, double score, int wordBits) {
        this.segment = segment;
        this.document = document;
        this.chunkNo = chunkNo;
        this.score = score;
        this.wordBits = wordBits;
    }
}
