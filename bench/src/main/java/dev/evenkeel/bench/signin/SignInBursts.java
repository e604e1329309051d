package dev.evenkeel.bench.signin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.bench.load.BurstAnswer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The answers to bursts of sign-ins.
 *
 * @param each sign-ins in one burst
 * @param statuses answers by HTTP status; 0 is a broken connection
 * @param slowestMs slowest answer that is no refusal
 * @param slowestRefusalMs slowest 503; NaN when there was none
 */
public record SignInBursts(
        int each,
        int bursts,
        Map<Integer, Long> statuses,
        @JsonProperty("slowest_ms") double slowestMs,
        @JsonProperty("slowest_refusal_ms") double slowestRefusalMs) {

    private static final int REFUSED = 503;

    public static SignInBursts of(int each, List<List<BurstAnswer>> bursts) {
        List<BurstAnswer> all = bursts.stream().flatMap(List::stream).toList();
        return new SignInBursts(
                each,
                bursts.size(),
                all.stream().collect(Collectors.groupingBy(BurstAnswer::status, TreeMap::new, Collectors.counting())),
                slowest(all, false),
                slowest(all, true));
    }

    private static double slowest(List<BurstAnswer> answers, boolean refused) {
        return answers.stream()
                .filter(answer -> (answer.status() == REFUSED) == refused)
                .mapToDouble(BurstAnswer::millis)
                .max()
                .orElse(Double.NaN);
    }
}
