package dev.evenkeel.platform.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusionTest {
    @Test
    void aHitOfBothArmsHasTheSumOfBothReciprocalRanks() {
        // Given
        var keyword = new Fusion.Arm(1, List.of(7L, 8L));
        var vector = new Fusion.Arm(1, List.of(7L, 9L));

        // When
        List<Fusion.Fused> fused = Fusion.fuse(List.of(keyword, vector));

        // Then: 2 / 61 against 1 / 62 for the others, which stand in the order of their numbers
        assertThat(fused).extracting(Fusion.Fused::chunkNo).containsExactly(7L, 8L, 9L);
        assertThat(fused.get(0).score()).isCloseTo(0.0328, within(0.0001));
        assertThat(fused.get(1).score()).isEqualTo(1.0 / 62);
    }

    @ParameterizedTest
    @CsvSource({"60, 0.0328", "20, 0.0952", "1, 1.0"})
    void whatComesFirstInBothArmsHasTheBestScoreThatThereIs(int k, double score) {
        // Given a hit of both arms, and one of each
        List<Fusion.Arm> arms = List.of(new Fusion.Arm(1, List.of(5L, 6L)), new Fusion.Arm(1, List.of(5L, 4L)));

        // When
        List<Fusion.Fused> fused = Fusion.byRank(arms, k);

        // Then it is one hit, and beats any of a single arm
        assertThat(fused).extracting(Fusion.Fused::chunkNo).containsExactly(5L, 4L, 6L);
        assertThat(fused.get(0).score()).isCloseTo(score, within(0.0001)).isEqualTo(Fusion.bestByRank(arms, k));
        assertThat(fused.get(0).score()).isGreaterThan(1.0 / (k + 1));
    }

    @Test
    void anArmWithoutWeightChangesNothing() {
        // Given
        var keyword = new Fusion.Arm(1, List.of(3L, 1L, 2L));
        var noise = new Fusion.Arm(0, List.of(2L, 9L, 3L));

        // When
        List<Fusion.Fused> fused = Fusion.fuse(List.of(keyword, noise));

        // Then
        assertThat(fused).extracting(Fusion.Fused::chunkNo).containsExactly(3L, 1L, 2L);
    }

    @Test
    void aHeavierArmPrevails() {
        // Given
        var light = new Fusion.Arm(0.5, List.of(1L, 2L));
        var heavy = new Fusion.Arm(2, List.of(2L, 1L));

        // When, then
        assertThat(Fusion.fuse(List.of(light, heavy)))
                .extracting(Fusion.Fused::chunkNo)
                .containsExactly(2L, 1L);
    }

    @Test
    void anEmptyArmLeavesTheOtherAsItIs() {
        assertThat(Fusion.byRank(List.of(new Fusion.Arm(1, List.of(3L, 1L)), new Fusion.Arm(1, List.of())), 60))
                .extracting(Fusion.Fused::chunkNo)
                .containsExactly(3L, 1L);
        assertThat(Fusion.byScore(List.of(
                        new Fusion.ScoredArm(1, List.of(3L, 1L), List.of(9.0, 4.0)),
                        new Fusion.ScoredArm(1, List.of(), List.of()))))
                .extracting(Fusion.Fused::chunkNo)
                .containsExactly(3L, 1L);
        assertThat(Fusion.byRank(List.of(), 60)).isEmpty();
        assertThat(Fusion.byScore(List.of())).isEmpty();
    }

    @Test
    void scoresAreStretchedAndWeighed() {
        // Given
        var words = new Fusion.ScoredArm(3, List.of(1L, 2L, 3L), List.of(10.0, 6.0, 2.0));
        var meaning = new Fusion.ScoredArm(1, List.of(4L, 2L), List.of(-0.1, -0.5));

        // When
        List<Fusion.Fused> fused = Fusion.byScore(List.of(words, meaning));

        // Then
        assertThat(fused).extracting(Fusion.Fused::chunkNo).containsExactly(1L, 2L, 4L, 3L);
        assertThat(fused).extracting(Fusion.Fused::score).containsExactly(0.75, 0.375, 0.25, 0.0);
    }

    @Test
    void equalScoresAreAllBest() {
        assertThat(Fusion.byScore(List.of(new Fusion.ScoredArm(2, List.of(2L, 1L), List.of(0.5, 0.5)))))
                .containsExactly(new Fusion.Fused(1, 1), new Fusion.Fused(2, 1));
    }
}
