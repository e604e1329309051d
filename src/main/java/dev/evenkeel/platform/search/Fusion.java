package dev.evenkeel.platform.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weighted reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): a hit's score is the sum over the arms that found
 * it of {@code weight / (60 + rank)}, with ranks from 1.
 */
public final class Fusion {
    /** The constant of the published method: damps the difference between the first ranks. */
    public static final int K = 60;

    private Fusion() {}

    /**
     * One way of searching.
     *
     * @param weight from 0; an arm of weight 0 changes nothing
     * @param chunkNos what it found, best first, each once
     */
    public record Arm(double weight, List<Long> chunkNos) {}

    /** A hit of at least one arm. */
    public record Fused(long chunkNo, double score) {}

    /** All hits of all arms, best first; equal scores by chunk number. */
    public static List<Fused> fuse(List<Arm> arms) {
        Map<Long, Double> scores = new HashMap<>();
        for (Arm arm : arms) {
            if (arm.weight() > 0) {
                for (int i = 0; i < arm.chunkNos().size(); i++) {
                    scores.merge(arm.chunkNos().get(i), arm.weight() / (K + i + 1), Double::sum);
                }
            }
        }
        List<Fused> fused = new ArrayList<>(scores.size());
        scores.forEach((chunkNo, score) -> fused.add(new Fused(chunkNo, score)));
        fused.sort(Comparator.comparingDouble(Fused::score).reversed().thenComparingLong(Fused::chunkNo));
        return fused;
    }
}
