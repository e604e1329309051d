package dev.evenkeel.bench.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalDouble;

/** The service's own measure of how late its event loops ran tasks, over the minutes before it was read; in milliseconds. */
public record EventLoopLag(
        @JsonProperty("p50_ms") double p50Ms,
        @JsonProperty("p99_ms") double p99Ms) {

    private static final String METRIC = "evenkeel_event_loop_lag_seconds{quantile=\"";

    /** Reads the metrics endpoint; NaN where the service does not publish the figure. */
    public static EventLoopLag read(Target management) throws IOException, InterruptedException {
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(management.url("/q/metrics")))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return new EventLoopLag(
                millis(metrics, "0.5").orElse(Double.NaN),
                millis(metrics, "0.99").orElse(Double.NaN));
    }

    static OptionalDouble millis(String metrics, String quantile) {
        return metrics.lines()
                .filter(line -> line.startsWith(METRIC + quantile + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) * 1000)
                .findFirst();
    }
}
