package dev.evenkeel.bench.memory.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One operation of one side at one number of callers. Latencies are milliseconds of one execution. */
public record OperationFigures(
        String operation,
        @JsonProperty("per_second") double perSecond,
        @JsonProperty("entries_per_second") double entriesPerSecond,
        @JsonProperty("p50_ms") double p50Ms,
        @JsonProperty("p95_ms") double p95Ms,
        @JsonProperty("p99_ms") double p99Ms,
        @JsonProperty("max_ms") double maxMs,
        long count) {

    /** The median of several rounds, figure by figure. */
    static OperationFigures median(List<OperationFigures> rounds) {
        return new OperationFigures(
                rounds.get(0).operation,
                median(rounds, OperationFigures::perSecond),
                median(rounds, OperationFigures::entriesPerSecond),
                median(rounds, OperationFigures::p50Ms),
                median(rounds, OperationFigures::p95Ms),
                median(rounds, OperationFigures::p99Ms),
                median(rounds, OperationFigures::maxMs),
                rounds.stream().mapToLong(OperationFigures::count).sum());
    }

    private static double median(List<OperationFigures> rounds, ToDoubleFunction<OperationFigures> figure) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(figure))
                .mapToDouble(figure)
                .skip((rounds.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }
}
