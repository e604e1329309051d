package dev.evenkeel.platform.search.embedding.model2vec;

import java.util.Arrays;
import java.util.List;

/**
 * A tree of the characters of pieces, in which those that a text begins with are found one after the other. The children of a
 * node follow one another in order, so that a node is ten bytes. Immutable and safe for concurrent use.
 */
final class PieceTrie {
    /** The node of the empty text. */
    static final int ROOT = 0;

    /** There is no such node, or no piece. */
    static final int NONE = -1;

    private final char[] labels;
    private final int[] pieces;

    /** Of each node; they end where those of the next node begin. */
    private final int[] firstChildren;

    private PieceTrie(char[] labels, int[] pieces, int[] firstChildren) {
        this.labels = labels;
        this.pieces = pieces;
        this.firstChildren = firstChildren;
    }

    /** The tree of pieces that are numbered as they are listed; of equal ones the last counts. */
    static PieceTrie of(List<String> listed) {
        Integer[] order = new Integer[listed.size()];
        Arrays.setAll(order, i -> i);
        // Stable, so that equal pieces stay in the order of their numbers.
        Arrays.sort(order, (one, other) -> listed.get(one).compareTo(listed.get(other)));
        return new Builder(listed, order).build();
    }

    /** Makes the nodes level by level; each stands for the range of sorted pieces that begin with its text. */
    private static final class Builder {
        private final List<String> listed;
        private final Integer[] order;
        private char[] labels = new char[1024];
        private int[] pieces = new int[1024];
        private int[] firstChildren = new int[1024];
        private int[] begins = new int[1024];
        private int[] ends = new int[1024];
        private int nodes;

        Builder(List<String> listed, Integer[] order) {
            this.listed = listed;
            this.order = order;
        }

        PieceTrie build() {
            add('\0', 0, order.length);
            int depth = 0;
            int levelEnd = 1;
            for (int node = 0; node < nodes; node++) {
                if (node == levelEnd) {
                    depth++;
                    levelEnd = nodes;
                }
                firstChildren[node] = nodes;
                children(node, depth);
            }
            int[] childrenAndEnd = Arrays.copyOf(firstChildren, nodes + 1);
            childrenAndEnd[nodes] = nodes;
            return new PieceTrie(Arrays.copyOf(labels, nodes), Arrays.copyOf(pieces, nodes), childrenAndEnd);
        }

        private void children(int node, int depth) {
            int end = ends[node];
            int at = begins[node];
            while (at < end && piece(at).length() == depth) {
                pieces[node] = order[at++];
            }
            while (at < end) {
                char label = piece(at).charAt(depth);
                int from = at;
                while (at < end && piece(at).charAt(depth) == label) {
                    at++;
                }
                add(label, from, at);
            }
        }

        private String piece(int at) {
            return listed.get(order[at]);
        }

        private void add(char label, int begin, int end) {
            if (nodes == labels.length) {
                int more = nodes * 2;
                labels = Arrays.copyOf(labels, more);
                pieces = Arrays.copyOf(pieces, more);
                firstChildren = Arrays.copyOf(firstChildren, more);
                begins = Arrays.copyOf(begins, more);
                ends = Arrays.copyOf(ends, more);
            }
            labels[nodes] = label;
            pieces[nodes] = NONE;
            begins[nodes] = begin;
            ends[nodes] = end;
            nodes++;
        }
    }

    /** The node of a node's text and one character more, or {@link #NONE}. */
    int child(int node, char label) {
        int found = Arrays.binarySearch(labels, firstChildren[node], firstChildren[node + 1], label);
        return found >= 0 ? found : NONE;
    }

    /** The number of the piece with a node's text, or {@link #NONE}. */
    int piece(int node) {
        return pieces[node];
    }

    /** The number of a piece, or {@link #NONE}. */
    int find(String text) {
        int node = ROOT;
        for (int i = 0; i < text.length() && node != NONE; i++) {
            node = child(node, text.charAt(i));
        }
        return node == NONE || text.isEmpty() ? NONE : piece(node);
    }
}
