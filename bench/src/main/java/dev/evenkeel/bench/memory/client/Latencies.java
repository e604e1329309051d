package dev.evenkeel.bench.memory.client;

import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds. */
final class Latencies {

    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final double NANOS_PER_MILLI = 1e6;

    private Latencies() {}

    static Histogram histogram() {
        return new Histogram(1000, HIGHEST_NANOS, 3);
    }

    static double millis(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
