package dev.evenkeel.platform.search.vector;

/**
 * How candidates are looked for: in the graph of an HNSW index, which knows nothing of corpora and filters, so that the fewer
 * vectors may be found the more of it has to be walked; or by comparing those that may be found one by one. Whichever is
 * estimated to cost less.
 *
 * @param nodes nodes of the graph to look at, or 0 for one by one
 */
record CandidatePlan(int nodes) {
    static final CandidatePlan ONE_BY_ONE = new CandidatePlan(0);

    /** Microseconds, measured with 384 numbers: a node of the graph, a vector read by its key, one of a whole corpus. */
    private static final int NODE_COST = 16;

    private static final int BY_KEY_COST = 3;
    private static final int BY_CORPUS_COST = 1;

    /** A walk of more nodes than this is never worth it. */
    private static final int MOST_NODES = 1 << 16;

    /** The share by which more is looked at than an even spread would need. */
    private static final double RESERVE = 1.25;

    boolean byGraph() {
        return nodes > 0;
    }

    /**
     * The plan for a first attempt.
     *
     * @param limit hits wanted
     * @param visited nodes looked at, at least
     * @param compared so many vectors are compared one by one in any case: a graph may miss one that is far from all others
     * @param allowed vectors that may be found
     * @param indexed vectors in the graph
     * @param listed whether those that may be found are read by their keys
     */
    static CandidatePlan of(int limit, int visited, int compared, long allowed, long indexed, boolean listed) {
        if (allowed <= compared) {
            return ONE_BY_ONE;
        }
        double share = Math.max(1, allowed) / (double) Math.max(1, Math.max(indexed, allowed));
        int needed = (int) Math.ceil(Math.min(limit * RESERVE / share, 2.0 * MOST_NODES));
        return cheaper(needed <= visited ? visited : powerOfTwo(needed), allowed, listed);
    }

    /** The plan after this one has found too few, because what may be found is far from the query. */
    CandidatePlan further(long allowed, boolean listed) {
        return byGraph() ? cheaper(powerOfTwo(4 * nodes), allowed, listed) : ONE_BY_ONE;
    }

    private static CandidatePlan cheaper(int nodes, long allowed, boolean listed) {
        double oneByOne = (double) allowed * (listed ? BY_KEY_COST : BY_CORPUS_COST);
        return nodes > MOST_NODES || (double) nodes * NODE_COST >= oneByOne ? ONE_BY_ONE : new CandidatePlan(nodes);
    }

    /** Few different numbers, because each is a statement of its own. */
    private static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }
}
