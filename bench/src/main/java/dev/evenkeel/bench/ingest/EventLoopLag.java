package dev.evenkeel.bench.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The service's own measure of how late its event loops ran tasks between two moments; in milliseconds, a figure within the
 * bounds of a bucket in proportion.
 */
public record EventLoopLag(
        @JsonProperty("p50_ms") double p50Ms,
        @JsonProperty("p99_ms") double p99Ms) {

    private static final String METRIC = "evenkeel_event_loop_lag_seconds_bucket{le=\"";

    /** How many tasks were at most so many milliseconds late since the service started. */
    public record Counts(NavigableMap<Double, Double> byBoundMs) {
        Counts minus(Counts earlier) {
            NavigableMap<Double, Double> difference = new TreeMap<>();
            byBoundMs.forEach(
                    (bound, count) -> difference.put(bound, count - earlier.byBoundMs.getOrDefault(bound, 0.0)));
            return new Counts(difference);
        }

        /** The bound of the given share of tasks, NaN where there were none. */
        double quantile(double share) {
            double below = 0;
            double lower = 0;
            double wanted = byBoundMs.isEmpty() ? 0 : byBoundMs.lastEntry().getValue() * share;
            for (Map.Entry<Double, Double> bucket : byBoundMs.entrySet()) {
                double count = bucket.getValue();
                if (count >= wanted && count > below) {
                    return Double.isInfinite(bucket.getKey())
                            ? lower
                            : lower + (bucket.getKey() - lower) * (wanted - below) / (count - below);
                }
                below = count;
                lower = bucket.getKey();
            }
            return Double.NaN;
        }
    }

    /** What the metrics endpoint says now. */
    public static Counts count(Target management) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(management.url("/q/metrics")))
                .timeout(Duration.ofSeconds(10))
                .build();
        NavigableMap<Double, Double> counts = new TreeMap<>();
        HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(METRIC))
                .forEach(line -> counts.put(boundMs(line), Double.parseDouble(line.substring(line.lastIndexOf(' ')))));
        return new Counts(counts);
    }

    private static double boundMs(String line) {
        String bound = line.substring(METRIC.length(), line.indexOf('"', METRIC.length()));
        return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound) * 1000;
    }

    /** The lag since a moment. */
    public static EventLoopLag since(Counts earlier, Target management) throws IOException, InterruptedException {
        Counts between = count(management).minus(earlier);
        return new EventLoopLag(between.quantile(0.5), between.quantile(0.99));
    }
}
