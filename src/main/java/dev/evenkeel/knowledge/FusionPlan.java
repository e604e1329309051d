package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.vector.VectorHit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one hybrid search makes one ranking of several: what the request says, and where it is silent, what is configured.
 *
 * @param vectorWeight the weight of every model; null when each model has its own
 */
record FusionPlan(
        Fusion.Method method,
        int k,
        double keywordWeight,
        @Nullable Double vectorWeight) {
    /** @throws ProblemException 400 when the request leaves no arm any weight */
    static FusionPlan of(@Nullable NewFusion wanted, SearchConfig config) {
        if (wanted == null) {
            return new FusionPlan(config.fusion(), config.fusionK(), config.keywordWeight(), null);
        }
        Double words = wanted.keywordWeight();
        double keyword = words == null ? config.keywordWeight() : words;
        Double vector = wanted.vectorWeight();
        if (vector != null && keyword + vector <= 0) {
            throw ProblemException.invalid("fusion.keyword_weight", "one of the two weights must be above 0");
        }
        Fusion.Method method = wanted.method();
        Integer k = wanted.k();
        return new FusionPlan(
                method == null ? config.fusion() : method, k == null ? config.fusionK() : k, keyword, vector);
    }

    /** Whether vectors take no part, whatever the model. */
    boolean withoutVectors() {
        return vectorWeight != null && vectorWeight <= 0;
    }

    private double weightOf(SearchVectors.Near near) {
        return vectorWeight == null ? near.weight() : vectorWeight;
    }

    /**
     * All hits, best first, with scores from 0 to 1; by rank, 1 is what comes first both by words and by meaning. Models search
     * different collections, so that a hit is of one of them.
     */
    List<Fusion.Fused> fuse(List<LexicalHit> keyword, List<SearchVectors.Near> near) {
        double best =
                keywordWeight + near.stream().mapToDouble(this::weightOf).max().orElse(0);
        if (best <= 0) {
            return List.of();
        }
        return method == Fusion.Method.min_max ? byScore(keyword, near, best) : byRank(keyword, near, best / (k + 1));
    }

    private List<Fusion.Fused> byRank(List<LexicalHit> keyword, List<SearchVectors.Near> near, double best) {
        List<Fusion.Arm> arms = new ArrayList<>();
        arms.add(new Fusion.Arm(
                keywordWeight, keyword.stream().map(LexicalHit::chunkNo).toList()));
        near.forEach(arm -> arms.add(new Fusion.Arm(weightOf(arm), arm.chunkNos())));
        return shares(Fusion.byRank(arms, k), best);
    }

    private List<Fusion.Fused> byScore(List<LexicalHit> keyword, List<SearchVectors.Near> near, double best) {
        List<Fusion.ScoredArm> arms = new ArrayList<>();
        arms.add(new Fusion.ScoredArm(
                keywordWeight,
                keyword.stream().map(LexicalHit::chunkNo).toList(),
                keyword.stream().map(LexicalHit::share).toList()));
        near.forEach(arm -> arms.add(new Fusion.ScoredArm(
                weightOf(arm),
                arm.chunkNos(),
                arm.hits().hits().stream().map(VectorHit::similarity).toList())));
        double all = arms.stream().mapToDouble(Fusion.ScoredArm::weight).sum();
        return shares(Fusion.byScore(arms), best / all);
    }

    private static List<Fusion.Fused> shares(List<Fusion.Fused> fused, double best) {
        return fused.stream()
                .map(hit -> new Fusion.Fused(hit.chunkNo(), hit.score() / best))
                .toList();
    }
}
