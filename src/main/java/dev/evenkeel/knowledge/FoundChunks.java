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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the arms of a search found, best first, before rows are read.
 *
 * @param mode how it was found in fact
 * @param byRank whether scores are shares of ranks, and not what the mode stands for
 * @param degraded why less was done than asked for
 */
record FoundChunks(
        String mode,
        List<Found> chunks,
        boolean byRank,
        @Nullable String degraded) {
    private static final String LOADING = "Vectors are being loaded; some collections were searched by keyword only.";

    /**
     * A chunk with its standing in each arm; ranks from 1.
     *
     * @param score what it is ordered by: from 0 to 1, of a search by vector the cosine
     * @param keywordScore from 0 to 1: the share of the highest BM25 that a text could have
     * @param vectorScore the cosine
     * @param foundBy the parts of the question that found it, from 0; null when it was asked as a whole
     */
    record Found(
            long chunkNo,
            double score,
            @Nullable Double keywordScore,
            @Nullable Integer keywordRank,
            @Nullable Double vectorScore,
            @Nullable Integer vectorRank,
            @Nullable List<Integer> foundBy) {
        private Found scored(double newScore) {
            return new Found(chunkNo, newScore, keywordScore, keywordRank, vectorScore, vectorRank, foundBy);
        }

        /** The same, found by a part of the question too, with the better of each arm's standings. */
        private Found also(Found other, int part) {
            boolean words = better(other.keywordScore, keywordScore);
            boolean meaning = better(other.vectorScore, vectorScore);
            List<Integer> parts = new ArrayList<>(foundBy == null ? List.of() : foundBy);
            parts.add(part);
            return new Found(
                    chunkNo,
                    score,
                    words ? other.keywordScore : keywordScore,
                    words ? other.keywordRank : keywordRank,
                    meaning ? other.vectorScore : vectorScore,
                    meaning ? other.vectorRank : vectorRank,
                    List.copyOf(parts));
        }

        private static boolean better(@Nullable Double one, @Nullable Double other) {
            return one != null && (other == null || one > other);
        }
    }

    static FoundChunks byKeyword(List<LexicalHit> hits, @Nullable String degraded) {
        List<Found> found = new ArrayList<>(hits.size());
        for (LexicalHit hit : hits) {
            found.add(new Found(hit.chunkNo(), hit.share(), hit.share(), found.size() + 1, null, null, null));
        }
        return new FoundChunks("keyword", found, false, degraded);
    }

    static FoundChunks byVector(VectorHits hits) {
        List<Found> found = new ArrayList<>(hits.hits().size());
        for (VectorHit hit : hits.hits()) {
            found.add(new Found(hit.chunkNo(), hit.similarity(), null, null, hit.similarity(), found.size() + 1, null));
        }
        return new FoundChunks("vector", found, false, hits.complete() ? null : LOADING);
    }

    /**
     * Of one model, with cosines as scores. Of several, whose cosines say nothing about each other, by rank: the score is the
     * share of what the first of a model has.
     */
    static FoundChunks byVectors(List<SearchVectors.Near> near) {
        VectorHits hits = SearchVectors.byRank(near);
        if (near.size() == 1) {
            return byVector(hits);
        }
        List<Fusion.Fused> fused = Fusion.fuse(
                near.stream().map(arm -> new Fusion.Arm(1, arm.chunkNos())).toList());
        FoundChunks found = fused(
                fused.stream()
                        .map(hit -> new Fusion.Fused(hit.chunkNo(), hit.score() * (Fusion.K + 1)))
                        .toList(),
                List.of(),
                hits);
        return new FoundChunks("vector", found.chunks(), true, found.degraded());
    }

    /** The same; why less was done than asked for is said unless something is said already. */
    FoundChunks degradedBy(@Nullable String reason) {
        return degraded != null || reason == null ? this : new FoundChunks(mode, chunks, byRank, reason);
    }

    /** @param fused scores from 0 to 1 */
    static FoundChunks fused(List<Fusion.Fused> fused, List<LexicalHit> keyword, VectorHits near) {
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
                    keywordRank == null ? null : keyword.get(keywordRank - 1).share(),
                    keywordRank,
                    vectorRank == null ? null : near.hits().get(vectorRank - 1).similarity(),
                    vectorRank,
                    null));
        }
        return new FoundChunks("hybrid", found, false, near.complete() ? null : LOADING);
    }

    /**
     * What a question found: as it is when it was asked as a whole, else its parts fused by rank. A least score is applied while
     * scores are what they are said to be.
     *
     * @param parts one or more, in the order of the question
     */
    static FoundChunks whole(List<FoundChunks> parts, int k, @Nullable Double minScore) {
        if (parts.size() == 1) {
            FoundChunks only = parts.get(0);
            return only.byRank() ? only.atLeast(minScore) : only;
        }
        return ofParts(parts.stream().map(part -> part.atLeast(minScore)).toList(), k);
    }

    private FoundChunks atLeast(@Nullable Double least) {
        if (least == null) {
            return this;
        }
        List<Found> reaching = chunks.stream()
                .filter(chunk -> {
                    Double cosine = chunk.vectorScore();
                    return (byRank && cosine != null ? cosine : chunk.score()) >= least;
                })
                .toList();
        return new FoundChunks(mode, reaching, byRank, degraded);
    }

    private static FoundChunks ofParts(List<FoundChunks> parts, int k) {
        Map<Long, Found> merged = new HashMap<>();
        List<Fusion.Arm> arms = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int part = i;
            parts.get(i)
                    .chunks()
                    .forEach(found -> merged.put(
                            found.chunkNo(),
                            merged.getOrDefault(found.chunkNo(), found).also(found, part)));
            arms.add(new Fusion.Arm(1, parts.get(i).chunkNos()));
        }
        double best = Fusion.bestByRank(arms, k);
        List<Found> fused = Fusion.byRank(arms, k).stream()
                .map(hit -> Objects.requireNonNull(merged.get(hit.chunkNo())).scored(hit.score() / best))
                .toList();
        String degraded = parts.stream()
                .map(FoundChunks::degraded)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return new FoundChunks(parts.get(0).mode(), fused, true, degraded);
    }

    List<Long> chunkNos() {
        return chunks.stream().map(Found::chunkNo).toList();
    }

    /**
     * The same ordered anew: a score rises by a share of itself, and all are then divided by what the highest possible share
     * makes of them, so that they stay on their scale.
     *
     * @param shares by what share of itself the score of a chunk rises, from 0 to {@code highest}; those not named stay
     */
    FoundChunks raised(Map<Long, Double> shares, double highest) {
        List<Found> raised = chunks.stream()
                .map(chunk -> chunk.scored(
                        (chunk.score() + shares.getOrDefault(chunk.chunkNo(), 0.0) * Math.abs(chunk.score()))
                                / (1 + highest)))
                .sorted(Comparator.comparingDouble(Found::score).reversed().thenComparingLong(Found::chunkNo))
                .toList();
        return new FoundChunks(mode, raised, byRank, degraded);
    }

    /** What reaches the least scores that are asked for; of scores by rank, {@link #whole} has seen to {@code min_score}. */
    List<Found> reaching(NewSearch wanted) {
        Double words = wanted.minKeywordScore();
        Double meaning = wanted.minVectorScore();
        double least = byRank || wanted.minScore() == null ? Double.NEGATIVE_INFINITY : wanted.minScore();
        return chunks.stream()
                .filter(chunk -> chunk.score() >= least)
                .filter(chunk -> words == null && meaning == null
                        || reaches(chunk.keywordScore(), words)
                        || reaches(chunk.vectorScore(), meaning))
                .toList();
    }

    private static boolean reaches(@Nullable Double score, @Nullable Double least) {
        return score != null && least != null && score >= least;
    }
}
