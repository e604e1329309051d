package dev.evenkeel.bench.process;

import dev.evenkeel.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a server to answer 200. */
public final class HttpProbe {

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);

    private HttpProbe() {}

    /** The status of a GET, or 0 when there is no answer within two seconds. */
    public static int status(Target target, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(target.url(path)))
                .timeout(REQUEST_LIMIT)
                .build();
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(REQUEST_LIMIT)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException noAnswer) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits for status 200; false when the limit passes or {@code alive} turns false first. */
    public static boolean await(Target target, String path, Duration limit, BooleanSupplier alive) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline && alive.getAsBoolean()) {
            if (status(target, path) == 200) {
                return true;
            }
            Sleep.millis(50);
        }
        return false;
    }
}
