package dev.evenkeel.bench.fuzz;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.load.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/** Sends bad requests from several threads and holds every answer against the rules. */
public final class FuzzRun {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int CODEC_TIMEOUT_MILLIS = 1500;

    private final Evenkeel api;
    private final Target management;
    private final int threads;
    private final long seed;
    private final Map<Integer, Long> statuses = new ConcurrentSkipListMap<>();
    private final Map<String, Long> kinds = new ConcurrentSkipListMap<>();
    private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();

    public FuzzRun(Evenkeel api, Target management, int threads, long seed) {
        this.api = api;
        this.management = management;
        this.threads = threads;
        this.seed = seed;
    }

    /** @param residentBytes memory of the service now */
    public FuzzResult run(int requests, LongSupplier residentBytes) throws IOException, InterruptedException {
        List<ApiOperation> operations = ApiOperation.of(openApi());
        String collection = api.createCollection("fuzz", "simple");
        BadRequests source = new BadRequests(operations, api.token(), collection, seed);
        send(source, 0, requests / 3);
        long afterThird = residentBytes.getAsLong();
        send(source, requests / 3, requests);
        return new FuzzResult(
                requests, statuses, kinds, List.copyOf(violations), afterThird, residentBytes.getAsLong());
    }

    private com.fasterxml.jackson.databind.JsonNode openApi() throws IOException {
        for (Target target : List.of(api.target(), management)) {
            byte[] request =
                    ("GET /q/openapi?format=json HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer "
                                    + api.token() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            RawAnswer answer = new RawHttp(target).exchange(request, TIMEOUT_MILLIS);
            if (answer.status() == 200) {
                return Evenkeel.JSON.readTree(answer.body());
            }
        }
        throw new IllegalStateException("the service publishes no OpenAPI document");
    }

    private void send(BadRequests source, int from, int to) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> futures = new ArrayList<>();
        RawHttp http = new RawHttp(api.target());
        for (int number = from; number < to; number++) {
            long n = number;
            futures.add(pool.submit(() -> {
                one(http, source.number(n), n);
                return null;
            }));
        }
        try {
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the service can no longer be reached", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private void one(RawHttp http, BadRequest request, long number) throws IOException {
        RawAnswer answer = http.exchange(request.bytes(), request.codec() ? CODEC_TIMEOUT_MILLIS : TIMEOUT_MILLIS);
        statuses.merge(answer.status(), 1L, Long::sum);
        kinds.merge(request.kind(), 1L, Long::sum);
        AnswerRules.violation(request, answer)
                .ifPresent(rule -> violations.add(new Violation(number, request.kind(), request.line(), rule)));
    }
}
