package dev.evenkeel.memory;

import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.vector.VectorHit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the arms of a search found, best first, before rows are read.
 *
 * @param degraded why less was done than asked for
 */
record FoundEntries(
        String mode, List<Standing> standings, @Nullable String degraded) {
    private static final String LOADING = "Vectors are being loaded; some were not searched.";

    /** A chunk with its score and its standing in each arm; ranks from 1. */
    record Standing(
            long chunkNo,
            double score,
            @Nullable Double keywordScore,
            @Nullable Integer keywordRank,
            @Nullable Double vectorScore,
            @Nullable Integer vectorRank) {}

    /**
     * @param keyword null when words were not asked for
     * @param near null when no vector was
     * @param complete whether all vectors were compared
     */
    static FoundEntries of(
            @Nullable List<LexicalHit> keyword,
            @Nullable List<VectorHit> near,
            double vectorWeight,
            boolean complete,
            @Nullable String degraded) {
        Map<Long, LexicalHit> byWords = new LinkedHashMap<>();
        Map<Long, VectorHit> byVector = new LinkedHashMap<>();
        List<Long> keywordOrder = new ArrayList<>();
        List<Long> vectorOrder = new ArrayList<>();
        if (keyword != null) {
            keyword.forEach(hit -> {
                byWords.put(hit.chunkNo(), hit);
                keywordOrder.add(hit.chunkNo());
            });
        }
        if (near != null) {
            near.forEach(hit -> {
                byVector.put(hit.chunkNo(), hit);
                vectorOrder.add(hit.chunkNo());
            });
        }
        boolean both = keyword != null && near != null;
        List<Fusion.Fused> fused = Fusion.fuse(
                List.of(new Fusion.Arm(1, keywordOrder), new Fusion.Arm(both ? vectorWeight : 1, vectorOrder)));
        List<Standing> standings = new ArrayList<>(fused.size());
        Map<Long, Integer> keywordRanks = ranks(keywordOrder);
        Map<Long, Integer> vectorRanks = ranks(vectorOrder);
        for (Fusion.Fused hit : fused) {
            LexicalHit words = byWords.get(hit.chunkNo());
            VectorHit vector = byVector.get(hit.chunkNo());
            Double keywordScore = words == null ? null : Double.valueOf(words.score());
            Double vectorScore = vector == null ? null : Double.valueOf(vector.similarity());
            Double own = both ? Double.valueOf(hit.score()) : keyword != null ? keywordScore : vectorScore;
            standings.add(new Standing(
                    hit.chunkNo(),
                    own == null ? 0 : own,
                    keywordScore,
                    keywordRanks.get(hit.chunkNo()),
                    vectorScore,
                    vectorRanks.get(hit.chunkNo())));
        }
        String mode = both ? "hybrid" : keyword != null ? "keyword" : "vector";
        return new FoundEntries(mode, standings, degraded != null || complete ? degraded : LOADING);
    }

    /** The same with those chunks only. */
    FoundEntries only(Set<Long> chunkNos) {
        return new FoundEntries(
                mode,
                standings.stream()
                        .filter(standing -> chunkNos.contains(standing.chunkNo()))
                        .toList(),
                degraded);
    }

    private static Map<Long, Integer> ranks(List<Long> order) {
        Map<Long, Integer> ranks = new LinkedHashMap<>();
        order.forEach(chunkNo -> ranks.put(chunkNo, ranks.size() + 1));
        return ranks;
    }
}
