package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crashes of the service and of its database at random moments of an ingestion: whatever was acknowledged is there
 * afterwards, exactly once. {@code -Devenkeel.crash.rounds} sets the number of crashes, {@code -Devenkeel.crash.seed}
 * repeats a run.
 */
class CrashIT {
    private static final int ROUNDS = Integer.getInteger("evenkeel.crash.rounds", 3);
    private static final long SEED = Long.getLong("evenkeel.crash.seed", System.nanoTime());
    private static final Duration COMPLETION = Duration.ofSeconds(120);

    @TempDir
    private Path directory = Path.of(".");

    private final Ledger ledger = new Ledger();
    private final AtomicInteger written = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private ServiceProcess service;

    @Test
    void whatWasAcknowledgedIsThereExactlyOnce() throws Exception {
        System.out.println("evenkeel.crash.seed=" + SEED);
        Random random = new Random(SEED);
        Postmaster postmaster = new Postmaster(directory.resolve("data"));
        service = start();
        try {
            String collection = new JsonObject(
                            service.post("/api/v1/collections", new JsonObject().put("name", "crash"))
                                    .body())
                    .getString("id");
            for (int round = 0; round < ROUNDS; round++) {
                // Given an ingestion under way
                int before = ledger.size();
                AtomicBoolean stop = new AtomicBoolean();
                CompletableFuture<Void> texts = writing(service, collection, stop, random.nextLong(), false);
                CompletableFuture<Void> files = writing(service, collection, stop, random.nextLong(), true);
                Eventually.holds(COMPLETION, () -> assertThat(ledger.size()).isGreaterThan(before));
                Thread.sleep(200 + random.nextInt(1_500));
                // When the service, its database, or both are killed
                int victim = round % 3;
                if (victim != 0) {
                    postmaster.kill();
                }
                if (victim != 1) {
                    service.kill();
                }
                Thread.sleep(random.nextInt(500));
                stop.set(true);
                CompletableFuture.allOf(texts, files).join();
                // And the service is there again, by itself or started again
                if (service.running()) {
                    service.awaitReady();
                } else {
                    service.wasNeverBlocked();
                    service = start();
                }
                // Then every job ends, and nothing acknowledged is lost or doubled
                Eventually.holds(
                        COMPLETION,
                        () -> assertThat(Ledger.unfinished(service, collection)).isFalse());
                ledger.isKept(service, collection);
            }
            ledger.isFound(service, collection);
            assertThat(ledger.size()).isGreaterThan(ROUNDS);
            service.wasNeverBlocked();
        } finally {
            service.close();
        }
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.in(directory).with("EVENKEEL_JOBS_LEASE", "3s").startReady();
    }

    /** Writes documents, one after the other, until told to stop; what fails was not acknowledged. */
    private CompletableFuture<Void> writing(
            ServiceProcess service, String collection, AtomicBoolean stop, long seed, boolean asFiles) {
        return CompletableFuture.runAsync(
                () -> {
                    Random random = new Random(seed);
                    while (!stop.get()) {
                        String path = (asFiles ? "file" : "text") + written.incrementAndGet() + ".md";
                        String text = Ledger.text(path, random);
                        try {
                            HttpResponse<String> answer = asFiles
                                    ? upload(service, collection, path, text)
                                    : send(service, collection, path, text);
                            if (answer.statusCode() / 100 == 2) {
                                ledger.acknowledge(path, text);
                            } else {
                                assertThat(answer.statusCode())
                                        .as(() -> answer.body() + service.log())
                                        .isEqualTo(503);
                            }
                        } catch (UncheckedIOException killed) {
                            if (!service.running()) {
                                return;
                            }
                        }
                    }
                },
                Concurrently.THREADS);
    }

    private static HttpResponse<String> send(ServiceProcess service, String collection, String path, String text) {
        return service.post(
                "/api/v1/collections/" + collection + "/documents",
                new JsonObject().put("source_path", path).put("content", text));
    }

    private static HttpResponse<String> upload(ServiceProcess service, String collection, String path, String text) {
        String body = "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + path
                + "\"\r\nContent-Type: text/markdown\r\n\r\n" + text + "\r\n--boundary--\r\n";
        return service.send(service.request("/api/v1/collections/" + collection + "/files")
                .header("Content-Type", "multipart/form-data; boundary=boundary")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8))));
    }
}
