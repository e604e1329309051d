package dev.evenkeel.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryBackoffTest {
    @ParameterizedTest
    @CsvSource({"0, 2000", "1, 4000", "3, 16000", "7, 256000", "8, 300000", "1000000, 300000"})
    void theCeilingDoublesUpToTheCap(int failures, long ceilingMs) {
        assertThat(RetryBackoff.ceiling(failures, Duration.ofSeconds(2), Duration.ofMinutes(5)))
                .isEqualTo(Duration.ofMillis(ceilingMs));
    }

    @Test
    void theDelayIsUniformBelowTheCeiling() {
        // When
        double sumMs = 0;
        for (int i = 0; i < 10_000; i++) {
            long delayMs = RetryBackoff.delay(2, Duration.ofSeconds(1), Duration.ofMinutes(1))
                    .toMillis();
            assertThat(delayMs).isBetween(0L, 4_000L);
            sumMs += delayMs;
        }

        // Then the mean is within five standard errors (4000 / sqrt(12) / 100 = 11.5 ms) of the middle
        assertThat(sumMs / 10_000).isBetween(1942.0, 2058.0);
    }
}
