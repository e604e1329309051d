package dev.evenkeel.platform.search.lexical;

/** {@link Bm25#lengthNorm} for one average length, computed once for each of the usual lengths. */
final class LengthNorms {
    private static final int USUAL_LENGTHS = 1_024;

    private final double averageLength;
    private final double[] usual = new double[USUAL_LENGTHS];

    LengthNorms(double averageLength) {
        this.averageLength = averageLength;
        for (int length = 0; length < USUAL_LENGTHS; length++) {
            usual[length] = Bm25.lengthNorm(length, averageLength);
        }
    }

    double of(int length) {
        return length < USUAL_LENGTHS ? usual[length] : Bm25.lengthNorm(length, averageLength);
    }
}
