package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.search.ChunkSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks whose sign bits differ least from a query's. Distances are small whole numbers, so that counting them finds
 * the cut without sorting. Linear in the number of chunks: a few milliseconds a million.
 */
final class HammingScan {
    private static final int NOT_ALLOWED = -1;

    private HammingScan() {}

    /** Chunks by their places in segments, in no order. */
    record Found(SignSegment[] segments, int[] segmentOf, int[] indexOf) {
        int size() {
            return segmentOf.length;
        }

        SignSegment segment(int i) {
            return segments[segmentOf[i]];
        }

        int index(int i) {
            return indexOf[i];
        }

        long chunkNo(int i) {
            return segment(i).chunkNos()[indexOf[i]];
        }

        long[] chunkNos() {
            long[] numbers = new long[size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = chunkNo(i);
            }
            return numbers;
        }
    }

    /** Numbers of about {@code wanted} nearest chunks among those allowed, in no order; all of them when there are no more. */
    static long[] nearest(List<ResidentCorpus> corpora, ChunkSet within, long[] query, int wanted) {
        return find(corpora, within, query, wanted).chunkNos();
    }

    /** The same by their places. */
    static Found find(List<ResidentCorpus> corpora, ChunkSet within, long[] query, int wanted) {
        int[] distances =
                new int[corpora.stream().mapToInt(ResidentCorpus::size).sum()];
        int[] counts = new int[query.length * Long.SIZE + 1];
        int allowed = measure(corpora, within, query, distances, counts);
        int cut = cut(counts, wanted);
        int most = Math.min(allowed, wanted);
        List<SignSegment> segments = new ArrayList<>();
        int[] segmentOf = new int[most];
        int[] indexOf = new int[most];
        int found = 0;
        // First everything below the cut, then what stands on it until enough is found.
        for (int pass = 0; pass < 2; pass++) {
            int at = 0;
            int segmentNo = 0;
            for (ResidentCorpus corpus : corpora) {
                for (SignSegment segment : corpus.segments()) {
                    if (pass == 0) {
                        segments.add(segment);
                    }
                    for (int i = 0; i < segment.size() && found < most; i++) {
                        int distance = distances[at + i];
                        boolean take = pass == 0 ? distance >= 0 && distance < cut : distance == cut;
                        if (take && !corpus.deleted().contains(segment.chunkNos()[i])) {
                            segmentOf[found] = segmentNo;
                            indexOf[found++] = i;
                        }
                    }
                    at += segment.size();
                    segmentNo++;
                }
            }
        }
        return new Found(
                segments.toArray(SignSegment[]::new), Arrays.copyOf(segmentOf, found), Arrays.copyOf(indexOf, found));
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
