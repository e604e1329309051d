package dev.evenkeel.platform.search.lexical;

/**
 * Okapi BM25 (Robertson and Zaragoza, 2009) with the non-negative inverse document frequency that Lucene uses.
 *
 * <p>{@code score = sum over words of weight * idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / averageLength))}.
 */
final class Bm25 {
    static final double K1 = 1.2;
    static final double B = 0.75;

    private Bm25() {}

    /** {@code ln(1 + (N - df + 0.5) / (df + 0.5))}; df above N, possible while statistics are stale, counts as N. */
    static double idf(long documents, long documentFrequency) {
        double df = Math.min(documentFrequency, documents);
        return Math.log(1 + (documents - df + 0.5) / (df + 0.5));
    }

    /** The part of the denominator that depends on the document alone. */
    static double lengthNorm(int length, double averageLength) {
        return K1 * (1 - B + B * length / averageLength);
    }

    /** What the contribution of a word approaches as it occurs ever more often. */
    static double ceiling(double weightedIdf) {
        return weightedIdf * (K1 + 1);
    }

    /** The contribution of one word to a document's score. */
    static double contribution(double weightedIdf, int termFrequency, double lengthNorm) {
        return weightedIdf * (termFrequency * (K1 + 1) / (termFrequency + lengthNorm));
    }
}
