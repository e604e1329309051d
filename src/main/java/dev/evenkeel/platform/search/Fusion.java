package dev.evenkeel.platform.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes one ranking of what several ways of searching found. Pure CPU work. */
public final class Fusion {
    /** The constant of the published method: damps the difference between the first ranks. */
    public static final int K = 60;

    private Fusion() {}

    /** How rankings are put together; spelled as in the API. */
    public enum Method {
        /** By rank alone: reciprocal rank fusion. */
        rrf,
        /** By score: each arm's scores are stretched from 0, its weakest hit, to 1, its best. */
        min_max
    }

    /**
     * One way of searching.
     *
     * @param weight from 0; an arm of weight 0 changes nothing
     * @param chunkNos what it found, best first, each once
     */
    public record Arm(double weight, List<Long> chunkNos) {}

    /**
     * One way of searching, with its scores.
     *
     * @param scores of the chunks, in the same order, on any scale
     */
    public record ScoredArm(double weight, List<Long> chunkNos, List<Double> scores) {}

    /** A hit of at least one arm. */
    public record Fused(long chunkNo, double score) {}

    /** As {@link #byRank} with the published constant. */
    public static List<Fused> fuse(List<Arm> arms) {
        return byRank(arms, K);
    }

    /**
     * Weighted reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): a hit's score is the sum over the arms that found
     * it of {@code weight / (k + rank)}, with ranks from 1.
     *
     * @param k from 1; the smaller, the more the first ranks stand out
     * @return all hits of all arms, best first; equal scores by chunk number
     */
    public static List<Fused> byRank(List<Arm> arms, int k) {
        Map<Long, Double> scores = new HashMap<>();
        for (Arm arm : arms) {
            if (arm.weight() > 0) {
                for (int i = 0; i < arm.chunkNos().size(); i++) {
                    scores.merge(arm.chunkNos().get(i), arm.weight() / (k + i + 1), Double::sum);
                }
            }
        }
        return sorted(scores);
    }

    /** The score of a hit that comes first in every arm: above it there is none. */
    public static double bestByRank(List<Arm> arms, int k) {
        return arms.stream().mapToDouble(Arm::weight).sum() / (k + 1);
    }

    /**
     * Weighted mean of scores: those of an arm are stretched from 0 for its weakest hit to 1 for its best, all 1 when they are
     * equal; an arm that did not find a hit gives it 0.
     *
     * @return all hits of all arms, best first, scores from 0 to 1; equal scores by chunk number
     */
    public static List<Fused> byScore(List<ScoredArm> arms) {
        double weights = arms.stream().mapToDouble(ScoredArm::weight).sum();
        Map<Long, Double> scores = new HashMap<>();
        for (ScoredArm arm : arms) {
            if (arm.weight() > 0) {
                double least = arm.scores().stream().mapToDouble(x -> x).min().orElse(0);
                double span = arm.scores().stream().mapToDouble(x -> x).max().orElse(0) - least;
                for (int i = 0; i < arm.chunkNos().size(); i++) {
                    double stretched = span > 0 ? (arm.scores().get(i) - least) / span : 1;
                    scores.merge(arm.chunkNos().get(i), arm.weight() / weights * stretched, Double::sum);
                }
            }
        }
        return sorted(scores);
    }

    private static List<Fused> sorted(Map<Long, Double> scores) {
        List<Fused> fused = new ArrayList<>(scores.size());
        scores.forEach((chunkNo, score) -> fused.add(new Fused(chunkNo, score)));
        fused.sort(Comparator.comparingDouble(Fused::score).reversed().thenComparingLong(Fused::chunkNo));
        return fused;
    }
}
