package dev.evenkeel.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.bench.ingest.EventLoopLag.Counts;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Quantiles from counts by bounds, against figures computed by hand. */
class EventLoopLagTest {
    private static final double NO_BOUND = Double.POSITIVE_INFINITY;

    @Test
    void aFigureWithinABucketIsTakenInProportion() {
        Counts counts = counts(Map.of(1.0, 50.0, 5.0, 90.0, 10.0, 100.0, NO_BOUND, 100.0));

        assertThat(counts.quantile(0.5)).isEqualTo(1);
        assertThat(counts.quantile(0.7)).isEqualTo(3);
        assertThat(counts.quantile(0.95)).isEqualTo(7.5);
    }

    @Test
    void whatCameBeforeDoesNotCount() {
        // Given a hundred late tasks before, and a hundred in time since
        Counts before = counts(Map.of(1.0, 0.0, 100.0, 100.0, NO_BOUND, 100.0));
        Counts after = counts(Map.of(1.0, 100.0, 100.0, 200.0, NO_BOUND, 200.0));

        assertThat(after.minus(before).quantile(0.99)).isEqualTo(0.99);
    }

    @Test
    void whatIsLaterThanAllBoundsIsTheLastOfThem() {
        assertThat(counts(Map.of(1.0, 90.0, 2.0, 95.0, NO_BOUND, 100.0)).quantile(0.99))
                .isEqualTo(2);
    }

    @Test
    void nothingCountedIsNoFigure() {
        assertThat(counts(Map.of()).quantile(0.99)).isNaN();
        assertThat(counts(Map.of(1.0, 0.0, NO_BOUND, 0.0)).quantile(0.99)).isNaN();
    }

    private static Counts counts(Map<Double, Double> byBoundMs) {
        return new Counts(new TreeMap<>(byBoundMs));
    }
}
