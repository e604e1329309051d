package dev.evenkeel.platform.search.vector;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The chunks whose sign bits differ least from a query's. Distances are small whole numbers, so that counting them finds
 * the cut without sorting. Linear in the number of chunks: a few milliseconds a million.
 */
final class HammingScan {
    private HammingScan() {}

    /** Numbers of about {@code wanted} nearest chunks, in no order; all of them when there are no more. */
    static long[] nearest(List<SignSegment> segments, Set<Long> deleted, long[] query, int wanted) {
        int[] distances = new int[segments.stream().mapToInt(SignSegment::size).sum()];
        int[] counts = new int[query.length * Long.SIZE + 1];
        int at = 0;
        for (SignSegment segment : segments) {
            for (int i = 0; i < segment.size(); i++) {
                int distance = segment.distance(query, i);
                distances[at++] = distance;
                counts[distance]++;
            }
        }
        int cut = cut(counts, wanted);
        long[] nearest = new long[Math.min(distances.length, wanted)];
        int found = 0;
        // First everything below the cut, then what stands on it until enough is found.
        for (int pass = 0; pass < 2; pass++) {
            at = 0;
            for (SignSegment segment : segments) {
                for (int i = 0; i < segment.size() && found < nearest.length; i++) {
                    int distance = distances[at + i];
                    boolean take = pass == 0 ? distance < cut : distance == cut;
                    if (take && !deleted.contains(segment.chunkNos()[i])) {
                        nearest[found++] = segment.chunkNos()[i];
                    }
                }
                at += segment.size();
            }
        }
        return Arrays.copyOf(nearest, found);
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
