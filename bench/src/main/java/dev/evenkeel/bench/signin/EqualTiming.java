package dev.evenkeel.bench.signin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.util.Arrays;

/**
 * Whether refusing somebody who does not exist takes as long as refusing somebody who does; medians of refusals one after the
 * other.
 */
public record EqualTiming(
        int pairs,
        @JsonProperty("known_ms") double knownMs,
        @JsonProperty("unknown_ms") double unknownMs) {

    /** @param pairs refusals of each kind, taking turns */
    public static EqualTiming measure(People people, int pairs) throws IOException {
        double[] known = new double[pairs];
        double[] unknown = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            known[i] = people.wrongPassword(i);
            unknown[i] = people.nobody(i);
        }
        return new EqualTiming(pairs, median(known), median(unknown));
    }

    /** Unknown to known. */
    public double ratio() {
        return unknownMs / knownMs;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
