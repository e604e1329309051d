package dev.evenkeel.platform.jobs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StageProgressTest {
    private static StageProgress.Stage stage(StageProgress progress) {
        return requireNonNull(progress.stages().get("work"));
    }

    @Test
    void aSteadyRateIsFoundWhateverTheIntervals() {
        // Given
        Random random = new Random(7);
        StageProgress progress = StageProgress.NONE;
        long nowMs = 1_000_000;
        long startMs = nowMs;
        long done = 0;

        // When 8 units a second are done, reported at random times
        for (int i = 0; i < 200; i++) {
            long units = 1 + random.nextInt(40);
            nowMs += units * 125;
            done += units;
            progress = progress.with("work", done, 100_000, startMs, nowMs, true);
        }

        // Then
        assertThat(requireNonNull(stage(progress).ratePerS())).isCloseTo(8.0, within(1e-9));
        assertThat(requireNonNull(stage(progress).etaS())).isCloseTo((100_000 - done) / 8.0, within(1e-6));
    }

    @Test
    void theRateFollowsAChange() {
        // Given ten a second for two minutes, then one a second for two minutes
        StageProgress progress = StageProgress.NONE;
        for (int s = 1; s <= 120; s++) {
            progress = progress.with("work", s * 10L, 10_000, 0, s * 1000L, true);
        }
        for (int s = 121; s <= 240; s++) {
            progress = progress.with("work", 1200 + s - 120L, 10_000, 0, s * 1000L, true);
        }

        // Then the memory of the faster time has faded to exp(-120 / 30)
        assertThat(requireNonNull(stage(progress).ratePerS())).isCloseTo(1 + 9 * Math.exp(-4), within(1e-6));
    }

    @Test
    void aResumedStageTellsNoRateFromItsFirstReport() {
        StageProgress progress = StageProgress.NONE.with("work", 900, 1000, 0, 1000, false);
        assertThat(stage(progress).ratePerS()).isNull();
        assertThat(stage(progress).etaS()).isNull();
        assertThat(stage(progress.with("work", 950, 1000, 0, 2000, false)).ratePerS())
                .isEqualTo(50.0);
    }

    @Test
    void oddReportsDoNoHarm() {
        StageProgress progress = StageProgress.NONE.with("work", 5, 0, 1000, 1000, true);
        assertThat(stage(progress).ratePerS()).isNull();
        progress = progress.with("work", 3, 10, 1000, 2000, true).with("work", 20, 10, 1000, 3000, true);
        assertThat(stage(progress).ratePerS()).isEqualTo(17.0);
        assertThat(stage(progress).etaS()).isNull();
    }

    @Test
    void jsonKeepsEverything() {
        StageProgress progress =
                StageProgress.NONE.with("a", 1, 2, 0, 500, true).with("b", 3, 0, 0, 700, false);
        assertThat(StageProgress.ofJson(progress.toJson())).isEqualTo(progress);
    }
}
