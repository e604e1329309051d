package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.vector.VectorHit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one hybrid search makes one ranking of two: what the request says, and where it is silent, what is configured.
 *
 * @param vectorWeight at 0 a hybrid search is a keyword search
 */
record FusionPlan(Fusion.Method method, int k, double keywordWeight, double vectorWeight) {
    /**
     * @param modelWeight the weight of the embedding model, 0 when there is none
     * @throws ProblemException 400 when the request leaves no arm any weight
     */
    static FusionPlan of(@Nullable NewFusion wanted, SearchConfig config, double modelWeight) {
        if (wanted == null) {
            return new FusionPlan(config.fusion(), config.fusionK(), config.keywordWeight(), modelWeight);
        }
        double keyword = or(wanted.keywordWeight(), config.keywordWeight());
        double vector = or(wanted.vectorWeight(), modelWeight);
        if (keyword + vector <= 0) {
            throw ProblemException.invalid("fusion.keyword_weight", "one of the two weights must be above 0");
        }
        Fusion.Method method = wanted.method();
        Integer k = wanted.k();
        return new FusionPlan(
                method == null ? config.fusion() : method, k == null ? config.fusionK() : k, keyword, vector);
    }

    private static double or(@Nullable Double wanted, double configured) {
        return wanted == null ? configured : wanted;
    }

    /** All hits, best first, with scores from 0 to 1; by rank, 1 is what comes first in both arms. */
    List<Fusion.Fused> fuse(List<LexicalHit> keyword, List<VectorHit> near) {
        List<Long> words = keyword.stream().map(LexicalHit::chunkNo).toList();
        List<Long> meaning = near.stream().map(VectorHit::chunkNo).toList();
        if (method == Fusion.Method.min_max) {
            return Fusion.byScore(List.of(
                    new Fusion.ScoredArm(
                            keywordWeight,
                            words,
                            keyword.stream().map(LexicalHit::share).toList()),
                    new Fusion.ScoredArm(
                            vectorWeight,
                            meaning,
                            near.stream().map(VectorHit::similarity).toList())));
        }
        List<Fusion.Arm> arms = List.of(new Fusion.Arm(keywordWeight, words), new Fusion.Arm(vectorWeight, meaning));
        double best = Fusion.bestByRank(arms, k);
        return Fusion.byRank(arms, k).stream()
                .map(hit -> new Fusion.Fused(hit.chunkNo(), hit.score() / best))
                .toList();
    }
}
