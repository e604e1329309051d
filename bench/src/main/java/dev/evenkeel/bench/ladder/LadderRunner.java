package dev.evenkeel.bench.ladder;

import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.OperationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures every rung: warm-up, then rounds of the closed model in which the servers take turns (so that noise of the
 * machine meets all of them), then the open model.
 *
 * @param connections of the closed model
 * @param warmUp one window of the warm-up
 */
public record LadderRunner(LoadGenerator generator, int connections, int rounds, Duration warmUp, Duration measured) {

    private static final int OPEN_CONNECTIONS = 64;
    private static final int MOST_WARM_UP_WINDOWS = 15;
    private static final double WARM_UP_GAIN = 1.1;

    public List<RungResult> run(List<Rung> rungs) throws InterruptedException {
        for (Rung rung : rungs) {
            warmUp(rung);
        }
        Map<Rung, List<OperationResult>> closed = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Rung rung : rungs) {
                OperationResult result = generator.saturate(rung.operation(), connections, measured);
                note("round " + round, rung, result);
                closed.computeIfAbsent(rung, r -> new ArrayList<>()).add(result);
            }
        }
        List<RungResult> results = new ArrayList<>();
        for (Rung rung : rungs) {
            OperationResult open = generator
                    .run(List.of(rung.operation()), OPEN_CONNECTIONS, measured)
                    .get(0);
            note("open model", rung, open);
            results.add(new RungResult(rung, closed.getOrDefault(rung, List.of()), open));
        }
        return results;
    }

    /**
     * Repeats warm-up windows until two in a row bring no more than a tenth over the best: how long a server takes to be compiled
     * depends on its size and on who else uses the processor, and a fixed time would favour the small one.
     */
    private void warmUp(Rung rung) throws InterruptedException {
        double best = 0;
        int withoutGain = 0;
        for (int window = 1; window <= MOST_WARM_UP_WINDOWS && withoutGain < 2; window++) {
            OperationResult result = generator.saturate(rung.operation(), connections, warmUp);
            note("warm-up " + window, rung, result);
            withoutGain = result.perSecond() > best * WARM_UP_GAIN ? 0 : withoutGain + 1;
            best = Math.max(best, result.perSecond());
        }
    }

    private static void note(String phase, Rung rung, OperationResult result) {
        System.out.printf(
                "%-10s %-14s %-22s %9.0f/s  p50 %7.2f  p99 %7.2f  max %7.2f ms  failures %d%n",
                phase,
                rung.operationName(),
                rung.server(),
                result.perSecond(),
                result.p50Ms(),
                result.p99Ms(),
                result.maxMs(),
                result.failures());
    }
}
