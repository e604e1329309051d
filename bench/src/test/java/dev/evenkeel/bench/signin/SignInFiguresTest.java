package dev.evenkeel.bench.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.bench.load.BurstAnswer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignInFiguresTest {

    @Test
    void tellsAnswersFromRefusals() {
        // When
        SignInBursts bursts = SignInBursts.of(
                3,
                List.of(
                        List.of(new BurstAnswer(200, 10), new BurstAnswer(200, 900), new BurstAnswer(503, 2)),
                        List.of(new BurstAnswer(503, 5), new BurstAnswer(0, 40), new BurstAnswer(200, 30))));

        // Then
        assertThat(bursts.bursts()).isEqualTo(2);
        assertThat(bursts.statuses()).isEqualTo(Map.of(200, 3L, 503, 2L, 0, 1L));
        assertThat(bursts.slowestMs()).isEqualTo(900);
        assertThat(bursts.slowestRefusalMs()).isEqualTo(5);
    }

    @Test
    void hasNoSlowestRefusalWhereNothingWasRefused() {
        assertThat(SignInBursts.of(1, List.of(List.of(new BurstAnswer(200, 1)))).slowestRefusalMs())
                .isNaN();
    }

    @Test
    void takesTheMiddle() {
        assertThat(EqualTiming.median(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(EqualTiming.median(new double[] {9, 1, 5, 7})).isEqualTo(6);
        assertThat(new EqualTiming(3, 50, 55).ratio()).isEqualTo(1.1);
    }
}
