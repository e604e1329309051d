package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.vector.VectorHit;
import dev.evenkeel.platform.search.vector.VectorHits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the arms of a search found, best first, before rows are read.
 *
 * @param mode how it was found in fact
 * @param degraded why less was done than asked for
 */
record FoundChunks(
        String mode,
        List<CollectionRef> collections,
        List<Found> chunks,
        @Nullable String degraded) {
    private static final String LOADING = "Vectors are being loaded; some collections were searched by keyword only.";

    /** A chunk with its standing in each arm; ranks from 1. */
    record Found(
            long chunkNo,
            double score,
            @Nullable Double keywordScore,
            @Nullable Integer keywordRank,
            @Nullable Double vectorScore,
            @Nullable Integer vectorRank) {
        Found raised(double share) {
            double raised = score + share * Math.abs(score);
            return new Found(chunkNo, raised, keywordScore, keywordRank, vectorScore, vectorRank);
        }
    }

    static FoundChunks byKeyword(List<CollectionRef> collections, List<LexicalHit> hits, @Nullable String degraded) {
        List<Found> found = new ArrayList<>(hits.size());
        for (LexicalHit hit : hits) {
            found.add(new Found(hit.chunkNo(), hit.score(), hit.score(), found.size() + 1, null, null));
        }
        return new FoundChunks("keyword", collections, found, degraded);
    }

    static FoundChunks byVector(List<CollectionRef> collections, VectorHits hits) {
        List<Found> found = new ArrayList<>(hits.hits().size());
        for (VectorHit hit : hits.hits()) {
            found.add(new Found(hit.chunkNo(), hit.similarity(), null, null, hit.similarity(), found.size() + 1));
        }
        return new FoundChunks("vector", collections, found, hits.complete() ? null : LOADING);
    }

    /** Of several models: cosines of different ones say nothing about each other, so that ranks decide. */
    static FoundChunks byVectors(List<CollectionRef> collections, List<SearchVectors.Near> near) {
        VectorHits hits = SearchVectors.byRank(near);
        if (near.size() == 1) {
            return byVector(collections, hits);
        }
        List<Fusion.Fused> fused = Fusion.fuse(
                near.stream().map(arm -> new Fusion.Arm(1, arm.chunkNos())).toList());
        FoundChunks found = fused(collections, fused, List.of(), hits);
        return new FoundChunks("vector", collections, found.chunks(), found.degraded());
    }

    /** The same; why less was done than asked for is said unless something is said already. */
    FoundChunks degradedBy(@Nullable String reason) {
        return degraded != null || reason == null ? this : new FoundChunks(mode, collections, chunks, reason);
    }

    static FoundChunks fused(
            List<CollectionRef> collections, List<Fusion.Fused> fused, List<LexicalHit> keyword, VectorHits near) {
        Map<Long, Integer> keywordRanks = new HashMap<>();
        keyword.forEach(hit -> keywordRanks.put(hit.chunkNo(), keywordRanks.size() + 1));
        Map<Long, Integer> vectorRanks = new HashMap<>();
        near.hits().forEach(hit -> vectorRanks.put(hit.chunkNo(), vectorRanks.size() + 1));
        List<Found> found = new ArrayList<>(fused.size());
        for (Fusion.Fused hit : fused) {
            Integer keywordRank = keywordRanks.get(hit.chunkNo());
            Integer vectorRank = vectorRanks.get(hit.chunkNo());
            found.add(new Found(
                    hit.chunkNo(),
                    hit.score(),
                    keywordRank == null ? null : keyword.get(keywordRank - 1).score(),
                    keywordRank,
                    vectorRank == null ? null : near.hits().get(vectorRank - 1).similarity(),
                    vectorRank));
        }
        return new FoundChunks("hybrid", collections, found, near.complete() ? null : LOADING);
    }

    List<Long> chunkNos() {
        return chunks.stream().map(Found::chunkNo).toList();
    }

    /**
     * The same with higher scores, best first.
     *
     * @param shares by what share of itself the score of a chunk rises, from 0; those not named stay
     */
    FoundChunks raised(Map<Long, Double> shares) {
        List<Found> raised = chunks.stream()
                .map(chunk -> chunk.raised(shares.getOrDefault(chunk.chunkNo(), 0.0)))
                .sorted(Comparator.comparingDouble(Found::score).reversed().thenComparingLong(Found::chunkNo))
                .toList();
        return new FoundChunks(mode, collections, raised, degraded);
    }
}
