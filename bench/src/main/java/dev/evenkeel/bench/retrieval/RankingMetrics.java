package dev.evenkeel.bench.retrieval;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Quality of one ranking against graded judgements, each from 0 to 1. The definitions are those of trec_eval: gains are the
 * grades themselves, discounted by log2(rank + 1) (Järvelin and Kekäläinen 2002); average precision divides by all relevant
 * documents.
 */
public record RankingMetrics(
        @JsonProperty("ndcg_10") double ndcgAt10,
        @JsonProperty("ndcg_10_binary") double binaryNdcgAt10,
        @JsonProperty("average_precision") double averagePrecision,
        @JsonProperty("precision_10") double precisionAt10,
        @JsonProperty("recall_100") double recallAt100) {

    /** @param ranking document ids, best first, without repetition */
    public static RankingMetrics of(List<String> ranking, Map<String, Integer> judgements) {
        long relevant = judgements.values().stream().filter(grade -> grade > 0).count();
        if (relevant == 0) {
            throw new IllegalArgumentException("a query without a relevant document cannot be scored");
        }
        List<Integer> grades = ranking.stream()
                .map(id -> Math.max(0, judgements.getOrDefault(id, 0)))
                .toList();
        List<Integer> ideal = judgements.values().stream()
                .map(grade -> Math.max(0, grade))
                .sorted(Comparator.reverseOrder())
                .toList();
        return new RankingMetrics(
                dcg(grades, 10) / dcg(ideal, 10),
                dcg(binary(grades), 10) / dcg(binary(ideal), 10),
                averagePrecision(grades, relevant),
                hits(grades, 10) / 10.0,
                hits(grades, 100) / (double) relevant);
    }

    /** The mean over queries. */
    public static RankingMetrics mean(List<RankingMetrics> all) {
        return new RankingMetrics(
                all.stream().mapToDouble(RankingMetrics::ndcgAt10).average().orElse(0),
                all.stream()
                        .mapToDouble(RankingMetrics::binaryNdcgAt10)
                        .average()
                        .orElse(0),
                all.stream()
                        .mapToDouble(RankingMetrics::averagePrecision)
                        .average()
                        .orElse(0),
                all.stream()
                        .mapToDouble(RankingMetrics::precisionAt10)
                        .average()
                        .orElse(0),
                all.stream().mapToDouble(RankingMetrics::recallAt100).average().orElse(0));
    }

    private static double dcg(List<Integer> grades, int depth) {
        double sum = 0;
        for (int i = 0; i < Math.min(depth, grades.size()); i++) {
            sum += grades.get(i) * Math.log(2) / Math.log(i + 2.0);
        }
        return sum;
    }

    private static double averagePrecision(List<Integer> grades, long relevant) {
        int found = 0;
        double sum = 0;
        for (int i = 0; i < grades.size(); i++) {
            if (grades.get(i) > 0) {
                found++;
                sum += found / (i + 1.0);
            }
        }
        return sum / relevant;
    }

    private static long hits(List<Integer> grades, int depth) {
        return grades.stream().limit(depth).filter(grade -> grade > 0).count();
    }

    private static List<Integer> binary(List<Integer> grades) {
        return grades.stream().map(grade -> grade > 0 ? 1 : 0).toList();
    }
}
