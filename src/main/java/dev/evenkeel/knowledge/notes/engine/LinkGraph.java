package dev.evenkeel.knowledge.notes.engine;

import java.util.Arrays;
import java.util.UUID;

/**
 * Documents and the links between them in little memory: 16 bytes a document and 8 a link, twice that while it grows. First
 * all documents are added, in the order of their ids, then the links.
 */
public final class LinkGraph {
    private static final int SMALL = 256;

    private final int maxNodes;
    private final int maxEdges;
    private long[] high = new long[SMALL];
    private long[] low = new long[SMALL];
    private int[] from = new int[SMALL];
    private int[] to = new int[SMALL];
    private int nodes;
    private int edges;
    private boolean tooLarge;

    /** An empty graph that will hold no more than this. */
    public LinkGraph(int maxNodes, int maxEdges) {
        this.maxNodes = maxNodes;
        this.maxEdges = maxEdges;
    }

    /**
     * Adds a document.
     *
     * @throws IllegalArgumentException when its id is not above all others, compared as PostgreSQL compares them
     */
    public void addNode(UUID id) {
        if (nodes > 0 && compare(nodes - 1, id) >= 0) {
            throw new IllegalArgumentException("documents come in the order of their ids");
        }
        if (nodes == maxNodes) {
            tooLarge = true;
            return;
        }
        if (nodes == high.length) {
            high = Arrays.copyOf(high, grown(nodes, maxNodes));
            low = Arrays.copyOf(low, high.length);
        }
        high[nodes] = id.getMostSignificantBits();
        low[nodes++] = id.getLeastSignificantBits();
    }

    /** Adds a link; nothing happens when one of the two is no document of the graph. */
    public void addEdge(UUID source, UUID target) {
        int sourceNo = indexOf(source);
        int targetNo = indexOf(target);
        if (sourceNo < 0 || targetNo < 0) {
            return;
        }
        if (edges == maxEdges) {
            tooLarge = true;
            return;
        }
        if (edges == from.length) {
            from = Arrays.copyOf(from, grown(edges, maxEdges));
            to = Arrays.copyOf(to, from.length);
        }
        from[edges] = sourceNo;
        to[edges++] = targetNo;
    }

    private static int grown(int size, int limit) {
        return (int) Math.min(limit, size * 2L);
    }

    /** Whether something did not fit. */
    public boolean isTooLarge() {
        return tooLarge;
    }

    public int nodes() {
        return nodes;
    }

    public int edges() {
        return edges;
    }

    /** The id of a document by its number from 0. */
    public UUID id(int node) {
        return new UUID(high[node], low[node]);
    }

    /** The PageRank of every document. */
    public PageRank.Result rank() {
        return PageRank.compute(nodes, from, to, edges);
    }

    /** How many documents each links to. */
    public int[] outDegrees() {
        return degrees(from);
    }

    /** How many documents link to each. */
    public int[] inDegrees() {
        return degrees(to);
    }

    private int[] degrees(int[] ends) {
        int[] degrees = new int[nodes];
        for (int i = 0; i < edges; i++) {
            degrees[ends[i]]++;
        }
        return degrees;
    }

    private int indexOf(UUID id) {
        int first = 0;
        int last = nodes - 1;
        while (first <= last) {
            int middle = (first + last) >>> 1;
            int order = compare(middle, id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                first = middle + 1;
            } else {
                last = middle - 1;
            }
        }
        return -1;
    }

    private int compare(int node, UUID id) {
        int order = Long.compareUnsigned(high[node], id.getMostSignificantBits());
        return order != 0 ? order : Long.compareUnsigned(low[node], id.getLeastSignificantBits());
    }
}
