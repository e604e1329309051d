package dev.evenkeel.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An OpenAI-compatible embedding endpoint on loopback that knows a few synonyms. How it answers is set by
 * {@code POST /behaviour?is=…}; {@code GET /texts} tells how many texts it was given.
 */
public final class EmbeddingEndpoint implements QuarkusTestResourceLifecycleManager {
    public static final int DIMENSION = 64;

    private static final List<List<String>> SYNONYMS = List.of(
            List.of("boat", "boats", "ship", "ships", "vessel"),
            List.of("doctor", "physician", "surgeon"),
            List.of("car", "automobile", "vehicle"));
    private static final int MAX_BATCH = 5;

    private final ObjectMapper mapper = new ObjectMapper();
    private final AtomicInteger texts = new AtomicInteger();
    private volatile String behaviour = "normal";
    private final HttpServer server = create();

    @Override
    public Map<String, String> start() {
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "embedding-endpoint");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/v1/embeddings", this::embeddings);
        server.createContext("/behaviour", exchange -> {
            behaviour = exchange.getRequestURI().getQuery().substring("is=".length());
            answer(exchange, 200, "{}");
        });
        server.createContext("/texts", exchange -> answer(exchange, 200, String.valueOf(texts.get())));
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        return Map.of(
                "evenkeel.embedding.kind",
                "openai",
                "evenkeel.embedding.base-url",
                address,
                "evenkeel.embedding.model",
                "synonyms",
                "evenkeel.embedding.api-key",
                "key-of-the-endpoint",
                "evenkeel.embedding.dimension",
                String.valueOf(DIMENSION),
                "evenkeel.embedding.query-timeout",
                "5s",
                "test.embedding-endpoint",
                address);
    }

    private static HttpServer create() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    private void embeddings(HttpExchange exchange) throws IOException {
        JsonNode request = mapper.readTree(exchange.getRequestBody());
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (!"Bearer key-of-the-endpoint".equals(authorization)) {
            answer(exchange, 401, "{}");
        } else if (behaviour.equals("down")) {
            exchange.close();
        } else if (behaviour.equals("busy")) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            answer(exchange, 429, "{}");
        } else if (request.get("input").size() > MAX_BATCH) {
            answer(exchange, 413, "{}");
        } else {
            texts.addAndGet(request.get("input").size());
            answer(exchange, 200, mapper.writeValueAsString(vectors(request.get("input"))));
        }
    }

    private ObjectNode vectors(JsonNode inputs) {
        ObjectNode response = mapper.createObjectNode();
        ArrayNode data = response.putArray("data");
        // Last first: the index counts, not the order.
        for (int i = inputs.size() - 1; i >= 0; i--) {
            float[] vector = vector(inputs.get(i).asText());
            ObjectNode item = data.addObject().put("index", i);
            if (behaviour.equals("base64")) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(vector);
                item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
            } else {
                ArrayNode numbers = item.putArray("embedding");
                int dimension = behaviour.equals("short") ? DIMENSION / 2 : DIMENSION;
                for (int d = 0; d < dimension; d++) {
                    numbers.add(vector[d]);
                }
            }
        }
        return response;
    }

    private static float[] vector(String text) {
        float[] vector = new float[DIMENSION];
        for (String word : text.toLowerCase().split("\\W+")) {
            int concept = concept(word);
            vector[
                            concept >= 0
                                    ? concept
                                    : SYNONYMS.size() + Math.floorMod(word.hashCode(), DIMENSION - SYNONYMS.size())] +=
                    concept >= 0 ? 5 : 0.2f;
        }
        for (int d = 0; d < vector.length; d++) {
            vector[d] -= 0.1f;
        }
        return vector;
    }

    private static int concept(String word) {
        for (int i = 0; i < SYNONYMS.size(); i++) {
            if (SYNONYMS.get(i).contains(word)) {
                return i;
            }
        }
        return -1;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
