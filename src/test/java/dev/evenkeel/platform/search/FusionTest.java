package dev.evenkeel.platform.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

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
}
