package dev.evenkeel.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

    private final Vertx vertx = Vertx.vertx();
    private final LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(2));

    @AfterEach
    void close() {
        generator.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Target serve(io.vertx.core.Handler<HttpServerRequest> handler) {
        int port = vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        return Target.local("test", port);
    }

    @Test
    void sendsAtTheRateItWasGiven() throws InterruptedException {
        // Given
        Target target = serve(request -> request.response().end("ok"));
        Operation operation = Operation.of("hello", target, 200, RequestSpec.get(target, "/", null));

        // When
        OperationResult result =
                generator.run(List.of(operation), 16, Duration.ofSeconds(2)).get(0);

        // Then
        assertThat(result.count()).isBetween(390L, 402L);
        assertThat(result.failures()).isZero();
        assertThat(result.statuses()).containsOnlyKeys(200);
    }

    @Test
    void countsTheWaitThatAStalledServerCausesToRequestsNotYetSent() throws InterruptedException {
        // Given a server that stands still for half a second once, and one connection
        AtomicLong requests = new AtomicLong();
        Target target = serve(request -> {
            if (requests.incrementAndGet() == 50) {
                vertx.setTimer(500, t -> request.response().end());
            } else {
                request.response().end();
            }
        });
        Operation operation = Operation.of("stall", target, 100, RequestSpec.get(target, "/", null));

        // When
        OperationResult result =
                generator.run(List.of(operation), 1, Duration.ofSeconds(2)).get(0);

        // Then about 50 of 200 requests waited, on average 250 ms; without the correction it would be one
        assertThat(result.maxMs()).isBetween(490.0, 800.0);
        assertThat(result.p95Ms()).isGreaterThan(300);
        assertThat(result.meanMs()).isBetween(40.0, 120.0);
    }

    @Test
    void countsStatusesRefusalsAndTimeoutsAsFailures() throws InterruptedException {
        // Given
        Target failing = serve(request -> request.response().setStatusCode(503).end("busy"));
        Target silent = serve(request -> {});
        Target closed = Target.local("closed", dev.evenkeel.bench.process.Ports.free());
        List<Operation> operations = List.of(
                Operation.of("503", failing, 20, RequestSpec.get(failing, "/", null)),
                Operation.of("silent", silent, 5, RequestSpec.get(silent, "/", null)),
                Operation.of("closed", closed, 20, RequestSpec.get(closed, "/", null)));

        // When
        List<OperationResult> results = generator.run(operations, 4, Duration.ofSeconds(1));

        // Then
        assertThat(results.get(0).failures()).isEqualTo(results.get(0).count()).isBetween(18L, 21L);
        assertThat(results.get(0).statuses()).containsOnlyKeys(503);
        assertThat(results.get(1).failures()).isEqualTo(results.get(1).count()).isBetween(4L, 6L);
        assertThat(results.get(2).failures()).isEqualTo(results.get(2).count()).isBetween(18L, 21L);
    }

    @Test
    void sendsABurstAtOnceAndCountsEachFromItsStart() throws InterruptedException {
        // Given a server that answers one after the other, and refuses every fourth at once
        AtomicLong requests = new AtomicLong();
        AtomicLong turn = new AtomicLong();
        Target target = serve(request -> {
            if (requests.incrementAndGet() % 4 == 0) {
                request.response().setStatusCode(503).end();
            } else {
                vertx.setTimer(
                        50 * turn.incrementAndGet(), t -> request.response().end());
            }
        });

        // When
        List<BurstAnswer> answers = generator.burst(target, Collections.nCopies(8, RequestSpec.get(target, "/", null)));

        // Then the last of six has waited for all, and nobody who was refused has
        assertThat(answers).hasSize(8);
        assertThat(answers.stream().filter(answer -> answer.status() == 503).mapToDouble(BurstAnswer::millis))
                .hasSize(2)
                .allMatch(millis -> millis < 290);
        assertThat(answers.stream().mapToDouble(BurstAnswer::millis).max().orElseThrow())
                .isBetween(299.0, 1500.0);
    }

    @Test
    void readsChunkedAnswersAndSurvivesConnectionsThatClose() throws InterruptedException {
        // Given
        AtomicLong requests = new AtomicLong();
        Target target = serve(request -> {
            request.response().setChunked(true);
            if (requests.incrementAndGet() % 3 == 0) {
                request.response().putHeader("connection", "close");
            }
            request.response().write("first part, ");
            vertx.setTimer(2, t -> request.response().end("second part"));
        });
        Operation operation = Operation.of("chunked", target, 100, RequestSpec.get(target, "/", null));

        // When
        OperationResult result =
                generator.run(List.of(operation), 8, Duration.ofSeconds(1)).get(0);

        // Then
        assertThat(result.failures()).isZero();
        assertThat(result.count()).isBetween(95L, 102L);
    }

    @Test
    void keepsEveryConnectionBusyInTheClosedModel() throws InterruptedException {
        // Given answers that take 10 ms
        Target target =
                serve(request -> vertx.setTimer(10, t -> request.response().end()));
        Operation operation = Operation.of("slow", target, 1, RequestSpec.get(target, "/", null));

        // When
        OperationResult result = generator.saturate(operation, 10, Duration.ofSeconds(1));

        // Then 10 connections give at most 100 answers a second each
        assertThat(result.perSecond()).isBetween(300.0, 1000.0);
        assertThat(result.failures()).isZero();
        assertThat(result.p50Ms()).isGreaterThanOrEqualTo(9.5);
    }
}
