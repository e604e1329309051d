package dev.evenkeel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One address may only ask so much of a replica in a second. */
class RateLimiterTest {
    private static final int LIMIT = 5;

    @Test
    void refusesWhatIsMoreThanTheLimitOfASecond() throws Exception {
        try (FilterServer server = new FilterServer(limiter(LIMIT)::register)) {
            server.get("/warm-up");
            List<HttpResponse<String>> answers;
            long second;
            int rounds = 0;
            do {
                // Given a second that has just begun
                Thread.sleep(1_000 - System.nanoTime() / 1_000_000 % 1_000);
                second = second();
                // When one address asks more often than it may, all in that second
                answers = IntStream.range(0, LIMIT + 3)
                        .mapToObj(i -> get(server, "/api/v1/documents"))
                        .toList();
            } while (second() != second && ++rounds < 5);
            // Then the first are served and told what is left
            assertThat(answers.subList(0, LIMIT)).allMatch(answer -> answer.statusCode() == 200);
            assertThat(answers.subList(0, LIMIT))
                    .extracting(
                            answer -> answer.headers().firstValue("RateLimit").orElse(""))
                    .containsExactly(
                            "\"address\";r=4;t=1",
                            "\"address\";r=3;t=1",
                            "\"address\";r=2;t=1",
                            "\"address\";r=1;t=1",
                            "\"address\";r=0;t=1");
            // And the others are refused with the time to wait
            assertThat(answers.subList(LIMIT, LIMIT + 3)).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue("\"address\";q=5;w=1");
                assertThat(answer.headers().firstValue("RateLimit")).hasValue("\"address\";r=0;t=1");
                assertThat(answer.body()).contains("urn:evenkeel:problem:rate-limited", "\"request_id\":\"test\"");
            });
            // And the next second is a new one
            Thread.sleep(1_050);
            assertThat(get(server, "/api/v1/documents").statusCode()).isEqualTo(200);
        }
    }

    private static long second() {
        return System.nanoTime() / 1_000_000_000;
    }

    @Test
    void probesAndMetricsAreNotCounted() throws Exception {
        try (FilterServer server = new FilterServer(limiter(1)::register)) {
            for (String path : List.of("/q/health/live", "/q/metrics", "/health", "/q/health/ready", "/health")) {
                HttpResponse<String> answer = get(server, path);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("RateLimit")).isEmpty();
            }
        }
    }

    @Test
    void zeroSwitchesTheLimitOff() throws Exception {
        try (FilterServer server = new FilterServer(limiter(0)::register)) {
            for (int i = 0; i < 20; i++) {
                assertThat(get(server, "/api/v1/documents").statusCode()).isEqualTo(200);
            }
        }
    }

    private static HttpResponse<String> get(FilterServer server, String path) {
        try {
            return server.get(path);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static RateLimiter limiter(int requestsPerSecond) {
        return new RateLimiter(new HttpConfig() {
            @Override
            public MemorySize maxJsonBody() {
                return new MemorySize(BigInteger.ONE);
            }

            @Override
            public MemorySize maxUpload() {
                return new MemorySize(BigInteger.ONE);
            }

            @Override
            public int requestsPerSecond() {
                return requestsPerSecond;
            }

            @Override
            public int requestsPerSecondAndCaller() {
                return 0;
            }
        });
    }
}
