package dev.evenkeel.bench.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What one operation measured. Latencies are milliseconds; in the open model they count from the moment at which the
 * request should have been sent, so a stalled server cannot hide the requests it kept waiting.
 *
 * @param failures requests without an answer, and answers that are not 2xx
 * @param statuses answers by HTTP status
 * @param errors requests without an answer, by reason
 */
public record OperationResult(
        String name,
        String target,
        long count,
        long failures,
        double seconds,
        @JsonProperty("per_second") double perSecond,
        @JsonProperty("mean_ms") double meanMs,
        @JsonProperty("p50_ms") double p50Ms,
        @JsonProperty("p95_ms") double p95Ms,
        @JsonProperty("p99_ms") double p99Ms,
        @JsonProperty("max_ms") double maxMs,
        Map<Integer, Long> statuses,
        Map<String, Long> errors) {

    /** Samples below which a 99th percentile says nothing. */
    public static final long SAMPLES_FOR_P99 = 500;

    public boolean hasP99() {
        return count >= SAMPLES_FOR_P99;
    }
}
