package dev.evenkeel.bench.memory.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a process of one side measured at one number of callers.
 *
 * @param peakThreads most live threads of the JVM at once
 * @param peakResidentBytes most resident memory of the process (VmHWM)
 * @param heapBytes heap in use after a full collection at the end, with connections still open
 */
public record SideFigures(
        String side,
        int callers,
        List<OperationFigures> operations,
        @JsonProperty("peak_threads") long peakThreads,
        @JsonProperty("peak_resident_bytes") long peakResidentBytes,
        @JsonProperty("heap_bytes") long heapBytes) {

    /** The median of several processes, figure by figure. */
    public static SideFigures median(List<SideFigures> rounds) {
        List<OperationFigures> operations = new ArrayList<>();
        for (int i = 0; i < rounds.get(0).operations.size(); i++) {
            int index = i;
            operations.add(OperationFigures.median(
                    rounds.stream().map(round -> round.operations.get(index)).toList()));
        }
        return new SideFigures(
                rounds.get(0).side,
                rounds.get(0).callers,
                operations,
                median(rounds, SideFigures::peakThreads),
                median(rounds, SideFigures::peakResidentBytes),
                median(rounds, SideFigures::heapBytes));
    }

    private static long median(List<SideFigures> rounds, ToLongFunction<SideFigures> figure) {
        return rounds.stream()
                .sorted(Comparator.comparingLong(figure))
                .mapToLong(figure)
                .skip((rounds.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }
}
