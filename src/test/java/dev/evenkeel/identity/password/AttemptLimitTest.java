package dev.evenkeel.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Attempts run out, come back evenly, and never cost more memory than allowed. */
class AttemptLimitTest {
    private final AtomicLong now = new AtomicLong(1);
    private final AttemptLimit limit = new AttemptLimit(3, Duration.ofSeconds(30), 100, now::get);

    @Test
    void attemptsRunOutAndComeBackOneByOne() {
        // Given three attempts
        for (int i = 0; i < 3; i++) {
            assertThat(limit.take("a")).isEmpty();
        }
        // Then the fourth is refused until a third of the window has passed
        assertThat(limit.take("a").orElseThrow().retryAfter()).isEqualTo(Duration.ofSeconds(10));
        pass(9_999);
        assertThat(limit.take("a")).isPresent();
        pass(1);
        assertThat(limit.take("a")).isEmpty();
        assertThat(limit.take("a")).isPresent();
        // And somebody else has attempts of their own
        assertThat(limit.take("b")).isEmpty();
    }

    @Test
    void waitingLongGivesNoMoreThanAll() {
        limit.take("a");
        pass(3_600_000);
        for (int i = 0; i < 3; i++) {
            assertThat(limit.take("a")).isEmpty();
        }
        assertThat(limit.take("a")).isPresent();
    }

    @Test
    void anAttemptCanBeGivenBack() {
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take("a")).isEmpty();
            limit.giveBack("a");
        }
        limit.giveBack("nobody");
    }

    @Test
    void refusalsAreReportedOnceAMinute() {
        for (int i = 0; i < 3; i++) {
            limit.take("a");
        }
        assertThat(limit.take("a").orElseThrow().toBeReported()).isTrue();
        assertThat(limit.take("a").orElseThrow().toBeReported()).isFalse();
        pass(61_000);
        for (int i = 0; i < 3; i++) {
            limit.take("a");
        }
        assertThat(limit.take("a").orElseThrow().toBeReported()).isTrue();
    }

    @Test
    void keysAreBounded() {
        for (int i = 0; i < 10_000; i++) {
            limit.take("key " + i);
        }
        assertThat(limit.keys()).isEqualTo(100);
    }

    private void pass(long milliseconds) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }
}
