package dev.evenkeel.bench.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts and latencies of one operation; used from one event loop, read after it has ended. */
public final class Tally {

    private static final long HIGHEST_MICROS = 600_000_000L;
    private static final double MICROS_PER_MILLI = 1000.0;

    private final Histogram micros = new Histogram(1, HIGHEST_MICROS, 3);
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private long failures;

    public void answered(int status, long nanos) {
        record(nanos);
        statuses.merge(status, 1L, Long::sum);
        if (status < 200 || status > 299) {
            failures++;
        }
    }

    public void failed(Throwable cause, long nanos) {
        record(nanos);
        failures++;
        errors.merge(cause.getClass().getSimpleName() + ": " + cause.getMessage(), 1L, Long::sum);
    }

    private void record(long nanos) {
        micros.recordValue(Math.min(HIGHEST_MICROS, Math.max(1, nanos / 1000)));
    }

    void add(Tally other) {
        micros.add(other.micros);
        other.statuses.forEach((status, n) -> statuses.merge(status, n, Long::sum));
        other.errors.forEach((error, n) -> errors.merge(error, n, Long::sum));
        failures += other.failures;
    }

    public OperationResult result(String name, String target, double seconds) {
        long count = micros.getTotalCount();
        return new OperationResult(
                name,
                target,
                count,
                failures,
                seconds,
                count / seconds,
                micros.getMean() / MICROS_PER_MILLI,
                millis(50),
                millis(95),
                millis(99),
                micros.getMaxValue() / MICROS_PER_MILLI,
                Map.copyOf(statuses),
                Map.copyOf(errors));
    }

    private double millis(double percentile) {
        return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }
}
