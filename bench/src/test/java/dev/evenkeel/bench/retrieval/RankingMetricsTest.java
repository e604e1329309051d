package dev.evenkeel.bench.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {

    @Test
    void scoresAHandComputedRanking() {
        // Given relevant: a (grade 3), b (2), c (1); the ranking finds b first, then noise, then a
        Map<String, Integer> judgements = Map.of("a", 3, "b", 2, "c", 1, "x", 0);

        // When
        RankingMetrics metrics = RankingMetrics.of(List.of("b", "x", "a"), judgements);

        // Then DCG = 2 + 3/2 = 3.5; ideal = 3 + 2/log2(3) + 1/2 = 4.76186; binary 1.5 of 1 + 0.63093 + 0.5
        assertThat(metrics.ndcgAt10()).isCloseTo(3.5 / 4.76186, within(1e-5));
        assertThat(metrics.binaryNdcgAt10()).isCloseTo(1.5 / 2.13093, within(1e-5));
        assertThat(metrics.averagePrecision()).isCloseTo((1.0 + 2.0 / 3.0) / 3.0, within(1e-9));
        assertThat(metrics.precisionAt10()).isEqualTo(0.2);
        assertThat(metrics.recallAt100()).isCloseTo(2.0 / 3.0, within(1e-9));
    }

    @Test
    void aPerfectRankingScoresOneAndAnEmptyOneNothing() {
        Map<String, Integer> judgements = Map.of("a", 1, "b", 1);
        assertThat(RankingMetrics.of(List.of("a", "b"), judgements).ndcgAt10()).isEqualTo(1.0);
        assertThat(RankingMetrics.of(List.of("a", "b"), judgements).averagePrecision())
                .isEqualTo(1.0);
        assertThat(RankingMetrics.of(List.of(), judgements).ndcgAt10()).isZero();
    }
}
