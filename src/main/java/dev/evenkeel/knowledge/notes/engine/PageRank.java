package dev.evenkeel.knowledge.notes.engine;

import java.util.Arrays;

/**
 * How much attention a random reader pays to each document of a graph (Brin and Page 1998): with probability
 * {@link #DAMPING} the reader follows a link of the present document, otherwise jumps to any document; from a document
 * without links always jumps.
 */
public final class PageRank {
    /** The probability with which a reader follows a link. */
    public static final double DAMPING = 0.85;

    /** The iteration ends when the sum of all changes is no larger. */
    public static final double TOLERANCE = 1e-9;

    /** The iteration ends after so many rounds at the latest. */
    public static final int MAX_ITERATIONS = 100;

    private PageRank() {}

    /**
     * Probabilities, one a node, that sum to 1.
     *
     * @param converged whether the tolerance was reached
     */
    public record Result(double[] scores, int iterations, boolean converged) {}

    /**
     * Computes the scores of nodes 0 to {@code nodes - 1}. Needs 20 bytes a node besides its arguments.
     *
     * @param from where each edge begins; edges from a node to itself do not count
     * @param to where each edge ends
     * @param edges how many elements of the two arrays are edges
     */
    public static Result compute(int nodes, int[] from, int[] to, int edges) {
        int[] degree = new int[nodes];
        for (int i = 0; i < edges; i++) {
            degree[from[i]] += from[i] == to[i] ? 0 : 1;
        }
        double[] scores = new double[nodes];
        double[] next = new double[nodes];
        Arrays.fill(scores, 1.0 / Math.max(1, nodes));
        int iterations = 0;
        double change = nodes == 0 ? 0 : Double.MAX_VALUE;
        while (change > TOLERANCE && iterations < MAX_ITERATIONS) {
            spread(scores, next, degree, from, to, edges);
            change = distance(scores, next);
            double[] previous = scores;
            scores = next;
            next = previous;
            iterations++;
        }
        return new Result(scores, iterations, change <= TOLERANCE);
    }

    private static void spread(double[] scores, double[] next, int[] degree, int[] from, int[] to, int edges) {
        double dangling = 0;
        for (int i = 0; i < scores.length; i++) {
            dangling += degree[i] == 0 ? scores[i] : 0;
        }
        Arrays.fill(next, (1 - DAMPING + DAMPING * dangling) / scores.length);
        for (int i = 0; i < edges; i++) {
            if (from[i] != to[i]) {
                next[to[i]] += DAMPING * scores[from[i]] / degree[from[i]];
            }
        }
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum;
    }

    /**
     * For each score the share of the other scores that are lower: 0 for the lowest, 1 for a highest that is alone, 0 for
     * all when all are equal. Scores that differ by less than the tolerance are equal.
     */
    public static float[] percentiles(double[] scores) {
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        float[] percentiles = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            percentiles[i] =
                    scores.length == 1 ? 0 : (float) below(sorted, scores[i] - TOLERANCE) / (scores.length - 1);
        }
        return percentiles;
    }

    /** How many of the sorted numbers are lower. */
    private static int below(double[] sorted, double limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
