package dev.evenkeel.bench.folder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** What somebody does to the ingestion while it runs, and how long that takes to be obeyed. */
public final class Interventions {

    private static final String KIND = "knowledge.ingest";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long POLL_MILLIS = 20;

    private final Evenkeel api;

    public Interventions(Evenkeel api) {
        this.api = api;
    }

    /**
     * A pause.
     *
     * @param running jobs that ran when the pause was asked for
     * @param milliseconds until none ran
     */
    public record Pause(long running, double milliseconds) {}

    /**
     * A cancellation of a running job.
     *
     * @param after seconds of work before it was asked for
     * @param milliseconds until the job had ended
     * @param state how it ended
     */
    public record Cancellation(int after, double milliseconds, String state) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %,.0f ms after it was asked for at %d s", state, milliseconds, after);
        }
    }

    /** Pauses the ingestion, waits until nothing runs, and lets it go on. */
    public Pause pause() throws IOException {
        long start = System.nanoTime();
        JsonNode asked = act("/api/v1/jobs/kinds/" + KIND + "/pause");
        JsonNode now = asked;
        while (now.path("running").asLong() > 0 && within(start)) {
            Sleep.millis(POLL_MILLIS);
            now = kind();
        }
        double milliseconds = millisecondsSince(start);
        act("/api/v1/jobs/kinds/" + KIND + "/resume");
        return new Pause(asked.path("running").asLong(), milliseconds);
    }

    /** Cancels a job when it has run for some seconds. */
    public Cancellation cancel(String jobId, int after) throws IOException {
        long start = System.nanoTime();
        while (!state(jobId).equals("running") && within(start)) {
            Sleep.millis(POLL_MILLIS);
        }
        Sleep.millis(after * 1000L);
        long asked = System.nanoTime();
        act("/api/v1/jobs/" + jobId + "/cancel");
        while (state(jobId).equals("running") && within(asked)) {
            Sleep.millis(POLL_MILLIS);
        }
        return new Cancellation(after, millisecondsSince(asked), state(jobId));
    }

    /** Waits until no job of the ingestion is queued or runs. */
    public void awaitIdle(Duration limit) throws IOException {
        long start = System.nanoTime();
        for (JsonNode now = kind();
                now.path("running").asLong() + now.path("queued").asLong() > 0;
                now = kind()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IllegalStateException("the ingestion has not ended: " + now);
            }
            Sleep.millis(500);
        }
    }

    private String state(String jobId) throws IOException {
        return api.get("/api/v1/jobs/" + jobId).orThrow().path("state").asText();
    }

    private JsonNode kind() throws IOException {
        for (JsonNode kind : api.get("/api/v1/jobs/kinds").orThrow().path("items")) {
            if (kind.path("kind").asText().equals(KIND)) {
                return kind;
            }
        }
        throw new IllegalStateException("no jobs of kind " + KIND);
    }

    private JsonNode act(String path) throws IOException {
        return api.post(path, Evenkeel.JSON.createObjectNode()).orThrow();
    }

    private static boolean within(long start) {
        return System.nanoTime() - start < LIMIT.toNanos();
    }

    private static double millisecondsSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
