package dev.evenkeel.platform.search.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answer of an embedding endpoint, however long that is. */
class BoundedBodyTest {
    private static final BoundedBody BOUND = new BoundedBody(2, 24);
    private static final int PATIENCE_S = 20;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong sentBytes = new AtomicLong();
    private HttpServer server = vertx.createHttpServer();

    @BeforeEach
    void aServer() throws Exception {
        server = settled(vertx.createHttpServer()
                .requestHandler(request -> {
                    HttpServerResponse response = request.response();
                    switch (request.path()) {
                        case "/fitting" -> response.end(bytes(BOUND.limitBytes()));
                        case "/too-long" -> response.end(bytes(BOUND.limitBytes() + 1));
                        case "/chunked" -> {
                            response.setChunked(true).write(bytes(BOUND.limitBytes()));
                            response.end(bytes(1));
                        }
                        default -> sendWithoutEnd(response.setChunked(true));
                    }
                })
                .listen(0, "127.0.0.1"));
    }

    private static Buffer bytes(long count) {
        return Buffer.buffer(new byte[(int) count]);
    }

    private void sendWithoutEnd(HttpServerResponse response) {
        response.write(bytes(32 * 1024)).onSuccess(written -> {
            sentBytes.addAndGet(32 * 1024);
            sendWithoutEnd(response);
        });
    }

    @AfterEach
    void close() throws Exception {
        settled(vertx.close());
    }

    private static <T> T settled(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private Buffer answer(String path) throws Exception {
        HttpClient client = vertx.createHttpClient();
        return settled(client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                // From within: what comes before there is a handler is lost
                .compose(request -> request.send().compose(BOUND::read)));
    }

    @Test
    void theLimitGrowsWithTheVectorsThatWereAskedFor() {
        assertThat(new BoundedBody(1, 24).limitBytes()).isBetween(64L * 1024, 70L * 1024);
        // Written out with all digits, a line each
        assertThat(new BoundedBody(32, 1024).limitBytes()).isGreaterThan(32L * 1024 * 30);
        assertThat(new BoundedBody(2_048, EmbeddingChecks.MAX_DIMENSION).limitBytes())
                .isBetween(500L << 20, 1L << 30);
    }

    @Test
    void whatFitsIsReadWhole() throws Exception {
        assertThat(answer("/fitting").length()).isEqualTo(BOUND.limitBytes());
    }

    @Test
    void oneByteMoreIsRefusedWhetherItWasAnnouncedOrNot() {
        for (String path : new String[] {"/too-long", "/chunked"}) {
            assertThatThrownBy(() -> answer(path))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(EmbeddingRejected.class)
                    .hasMessageContaining("more than the " + BOUND.limitBytes() + " bytes")
                    .hasMessageContaining("2 vectors of 24 numbers");
        }
    }

    @Test
    void oneThatSendsWithoutEndIsNotListenedToAnyLonger() throws Exception {
        // When
        assertThatThrownBy(() -> answer("/endless")).cause().isInstanceOf(EmbeddingRejected.class);
        // Then the connection is closed, so that no more than fits in its buffers has been sent
        long sent = -1;
        while (sent != sentBytes.get()) {
            sent = sentBytes.get();
            settled(vertx.timer(200));
        }
        assertThat(sent).isLessThan(64L << 20);
    }
}
