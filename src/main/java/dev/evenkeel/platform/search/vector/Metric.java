package dev.evenkeel.platform.search.vector;

/** How near two vectors are; spelled as in the API. */
public enum Metric {
    /** Cosine of the angle, from -1 to 1; 0 when one of them has no direction. */
    cosine,
    /** Euclidean distance, from 0. */
    l2,
    /** Inner product, of any size. */
    inner_product;

    /** Nearness of two vectors of the same dimension: the higher, the nearer; of {@link #l2} it is the negative distance. */
    double similarity(float[] a, float[] b) {
        return switch (this) {
            case cosine -> Vectors.cosine(a, b);
            case l2 -> -Vectors.distance(a, b);
            case inner_product -> Vectors.innerProduct(a, b);
        };
    }

    /** The metric's own figure for a similarity: of {@link #l2} the distance. */
    public double figure(double similarity) {
        return this == l2 ? Math.abs(similarity) : similarity;
    }
}
