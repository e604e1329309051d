package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.search.ChunkSet;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks whose sign bits differ least from a query's. Distances are small whole numbers, so that counting them finds
 * the cut without sorting. Linear in the number of chunks: a few milliseconds a million.
 */
final class HammingScan {
    private static final int NOT_ALLOWED = -1;

    private HammingScan() {}

    /** Numbers of about {@code wanted} nearest chunks among those allowed, in no order; all of them when there are no more. */
    static long[] nearest(List<ResidentCorpus> corpora, ChunkSet within, long[] query, int wanted) {
        int[] distances =
                new int[corpora.stream().mapToInt(ResidentCorpus::size).sum()];
        int[] counts = new int[query.length * Long.SIZE + 1];
        int allowed = measure(corpora, within, query, distances, counts);
        int cut = cut(counts, wanted);
        long[] nearest = new long[Math.min(allowed, wanted)];
        int found = 0;
        // First everything below the cut, then what stands on it until enough is found.
        for (int pass = 0; pass < 2; pass++) {
            int at = 0;
            for (ResidentCorpus corpus : corpora) {
                for (SignSegment segment : corpus.segments()) {
                    for (int i = 0; i < segment.size() && found < nearest.length; i++) {
                        int distance = distances[at + i];
                        boolean take = pass == 0 ? distance >= 0 && distance < cut : distance == cut;
                        if (take && !corpus.deleted().contains(segment.chunkNos()[i])) {
                            nearest[found++] = segment.chunkNos()[i];
                        }
                    }
                    at += segment.size();
                }
            }
        }
        return Arrays.copyOf(nearest, found);
    }

    /** Distances of all chunks, -1 for those that are not allowed, and how many have each; gives the number of allowed ones. */
    private static int measure(
            List<ResidentCorpus> corpora, ChunkSet within, long[] query, int[] distances, int[] counts) {
        int at = 0;
        int allowed = 0;
        for (ResidentCorpus corpus : corpora) {
            for (SignSegment segment : corpus.segments()) {
                ChunkSet.Walk walk = within.walk();
                for (int i = 0; i < segment.size(); i++) {
                    if (walk.contains(segment.chunkNos()[i])) {
                        int distance = segment.distance(query, i);
                        distances[at++] = distance;
                        counts[distance]++;
                        allowed++;
                    } else {
                        distances[at++] = NOT_ALLOWED;
                    }
                }
            }
        }
        return allowed;
    }

    private static int cut(int[] counts, int wanted) {
        int sum = 0;
        for (int distance = 0; distance < counts.length; distance++) {
            sum += counts[distance];
            if (sum >= wanted) {
                return distance;
            }
        }
        return counts.length;
    }
}
