package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A model behind {@code POST /v1/embeddings} as OpenAI, Ollama, vLLM and Text Embeddings Inference have it.
 *
 * <p>After a failure it is not asked again for a while that doubles up to half a minute, so that searches do not wait for
 * an endpoint that is known to be down.
 */
final class OpenAiEmbedder implements Embedder {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 5;
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);
    private static final Set<Integer> TOO_LARGE = Set.of(400, 413, 422);
    private static final Set<Integer> TEMPORARY = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final int INLINE_ANSWER_BYTES = 64 * 1024;
    private static final int CONNECTIONS = 8;
    private static final int MAX_CONNECT_MS = 5_000;
    private static final int CHARACTERS_A_TOKEN = 4;

    private final EndpointSettings settings;
    private final URI endpoint;
    private final HttpClient client;
    private final Offload offload;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile long closedUntilNanos = System.nanoTime();

    OpenAiEmbedder(EndpointSettings settings, HttpClient client, Offload offload) {
        this.settings = settings;
        this.offload = offload;
        this.endpoint = endpoint(settings.baseUrl());
        this.client = client;
    }

    /** A client for all endpoints; each has its own connections. */
    static HttpClient client(Vertx vertx, Duration timeout) {
        return vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(CONNECTIONS).setConnectTimeout((int)
                        Math.min(timeout.toMillis(), MAX_CONNECT_MS)));
    }

    @Override
    public String model() {
        return settings.vectorsName();
    }

    @Override
    public int dimension() {
        return settings.dimension();
    }

    @Override
    public double hybridWeight() {
        return settings.hybridWeight();
    }

    @Override
    public Uni<Embeddings> embed(List<String> texts, Purpose purpose) {
        long pauseNanos = closedUntilNanos - System.nanoTime();
        if (pauseNanos > 0) {
            return Uni.createFrom()
                    .failure(new EmbeddingUnavailable(
                            "The embedding endpoint did not answer a moment ago.", Duration.ofNanos(pauseNanos)));
        }
        String prefix = purpose == Purpose.QUERY ? settings.queryPrefix() : settings.passagePrefix();
        List<String> inputs = texts.stream().map(text -> prefix + text).toList();
        return batches(inputs, Math.min(settings.batchSize(), Math.max(1, inputs.size())), purpose)
                .invoke(made -> failuresInARow.set(0))
                .onFailure(EmbeddingUnavailable.class)
                .invoke(failure -> pause());
    }

    /** Numbers in the vector of one text, whatever the settings say. */
    Uni<Integer> dimensionOfAnswer() {
        return post(List.of("dimension"), Purpose.PASSAGE, EmbeddingChecks.MAX_DIMENSION)
                .map(answer -> {
                    if (answer.status() != 200) {
                        throw refused(answer);
                    }
                    return EmbeddingResponse.dimension(answer.body());
                });
    }

    private Uni<Embeddings> batches(List<String> inputs, int size, Purpose purpose) {
        return Multi.createFrom()
                .iterable(inputs)
                .group()
                .intoLists()
                .of(size)
                .onItem()
                .transformToUniAndConcatenate(batch -> batch(batch, purpose))
                .collect()
                .asList()
                .map(Embeddings::joined);
    }

    /** One request; a batch that the endpoint finds too large is sent again in halves. */
    private Uni<Embeddings> batch(List<String> batch, Purpose purpose) {
        return post(batch, purpose, settings.dimension()).chain(answer -> {
            if (answer.status() == 200) {
                return parse(answer.body(), batch, purpose);
            }
            if (TOO_LARGE.contains(answer.status()) && batch.size() > 1) {
                return batches(batch, (batch.size() + 1) / 2, purpose);
            }
            return Uni.createFrom().failure(refused(answer));
        });
    }

    private Uni<Embeddings> parse(Buffer body, List<String> batch, Purpose purpose) {
        if (body.length() <= INLINE_ANSWER_BYTES) {
            return Uni.createFrom().item(() -> read(body, batch));
        }
        return purpose == Purpose.QUERY
                ? offload.interactive(() -> read(body, batch))
                : offload.bulk(() -> read(body, batch));
    }

    private Embeddings read(Buffer body, List<String> batch) {
        long estimate = batch.stream()
                .mapToLong(text -> (text.length() + CHARACTERS_A_TOKEN - 1) / CHARACTERS_A_TOKEN)
                .sum();
        return EmbeddingResponse.read(body, batch.size(), settings, estimate);
    }

    private record Answer(int status, @Nullable String retryAfter, Buffer body) {}

    private Uni<Answer> post(List<String> batch, Purpose purpose, int dimension) {
        JsonObject body = new JsonObject().put("model", settings.model()).put("input", new JsonArray(batch));
        if (settings.requestDimension()) {
            body.put("dimensions", settings.dimension());
        }
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(endpoint.toString())
                .setTimeout((purpose == Purpose.QUERY ? settings.queryTimeout() : settings.timeout()).toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        settings.apiKey().ifPresent(key -> options.putHeader("Authorization", "Bearer " + key));
        return Uni.createFrom()
                .<Answer>emitter(emitter -> client.request(options)
                        .compose((HttpClientRequest request) -> request.send(body.toBuffer()))
                        .compose((HttpClientResponse response) -> new BoundedBody(batch.size(), dimension)
                                .read(response)
                                .map(bytes ->
                                        new Answer(response.statusCode(), response.getHeader("Retry-After"), bytes)))
                        .onComplete(emitter::complete, emitter::fail))
                .onFailure(failure -> !(failure instanceof EmbeddingRejected))
                .transform(
                        failure -> new EmbeddingUnavailable("The embedding endpoint does not answer.", currentPause()));
    }

    private RuntimeException refused(Answer answer) {
        if (TEMPORARY.contains(answer.status())) {
            return new EmbeddingUnavailable(
                    "The embedding endpoint answers with " + answer.status() + ".", retryAfter(answer.retryAfter()));
        }
        return new EmbeddingRejected("The embedding endpoint refuses the request with " + answer.status() + ".");
    }

    private Duration retryAfter(@Nullable String header) {
        try {
            if (header != null) {
                Duration wanted = Duration.ofSeconds(Long.parseLong(header.trim()));
                return wanted.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wanted;
            }
        } catch (NumberFormatException aDate) {
            // A date is rare here, and our own pause does as well.
        }
        return currentPause();
    }

    private void pause() {
        closedUntilNanos = System.nanoTime() + currentPause().toNanos();
        failuresInARow.incrementAndGet();
    }

    private Duration currentPause() {
        return FIRST_PAUSE.multipliedBy(1L << Math.min(failuresInARow.get(), MAX_DOUBLINGS));
    }

    private static URI endpoint(URI base) {
        String address = base.toString().replaceAll("/+$", "");
        return URI.create(address.endsWith("/v1") ? address + "/embeddings" : address + "/v1/embeddings");
    }
}
