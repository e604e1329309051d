package dev.evenkeel.bench.ladder;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.bench.load.OperationResult;
import java.util.Comparator;
import java.util.List;

/**
 * What a rung gave: every closed-model round, and the open model at the operation's rate.
 *
 * @param rounds closed model, one result a round
 */
public record RungResult(
        @JsonIgnore Rung rung,
        List<OperationResult> rounds,
        @JsonProperty("open_model") OperationResult open) {

    /** The median of the rounds: one round in which somebody else used the machine does not count. */
    @JsonProperty("median_per_second")
    public double medianPerSecond() {
        List<Double> sorted = rounds.stream()
                .map(OperationResult::perSecond)
                .sorted(Comparator.naturalOrder())
                .toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public long failures() {
        return open.failures()
                + rounds.stream().mapToLong(OperationResult::failures).sum();
    }
}
