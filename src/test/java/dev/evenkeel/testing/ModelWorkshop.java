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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A directory of static models, and an embedding endpoint on loopback with a model of 24 numbers that knows some synonyms and
 * says what it cost: ten tokens a text. {@code POST /behaviour?is=…} makes it normal, down, slow, short, busy,
 * stuck (a second a request) or endless (its answer); it refuses every request with a text that holds {@link #REFUSED}.
 */
public final class ModelWorkshop implements QuarkusTestResourceLifecycleManager {
    public static final int DIMENSION = 24;
    public static final int TOKENS_A_TEXT = 10;
    /** Texts that are embedded and stored together. */
    public static final int BATCH = 16;

    public static final String API_KEY = "sk-secret-of-the-endpoint-4711";
    public static final int STATIC_DIMENSION = 16;
    public static final String REFUSED = "unspeakable";

    private static final List<List<String>> SYNONYMS = List.of(
            List.of("boat", "boats", "ship", "ships", "vessel"),
            List.of("doctor", "physician", "surgeon"),
            List.of("car", "automobile", "vehicle"));

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpServer server = create();
    private final AtomicInteger texts = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private volatile String behaviour = "normal";

    @Override
    public Map<String, String> start() {
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "model-workshop");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/v1/embeddings", this::embeddings);
        server.createContext("/behaviour", exchange -> {
            behaviour = exchange.getRequestURI().getQuery().substring("is=".length());
            answer(exchange, 200, "{}");
        });
        server.createContext("/texts", exchange -> answer(exchange, 200, String.valueOf(texts.get())));
        server.createContext("/busy", exchange -> answer(exchange, 200, String.valueOf(busy.get())));
        server.createContext("/seen", exchange -> answer(exchange, 200, mapper.writeValueAsString(seen)));
        server.start();
        Path models = models();
        return Map.of(
                "evenkeel.embedding.models-directory",
                models.toString(),
                "evenkeel.knowledge.embed-batch",
                String.valueOf(BATCH),
                "evenkeel.embedding.obsolete-vectors-kept",
                "1s",
                "evenkeel.embedding.query-timeout",
                "5s",
                "test.models-directory",
                models.toString(),
                "test.model-endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static Path models() {
        try {
            Path directory = Files.createTempDirectory("models");
            ModelFiles.words(directory.resolve("tiny"), STATIC_DIMENSION, vocabulary());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Synonyms and the words {@code okapi0} to {@code okapi999}. */
    private static Map<String, Integer> vocabulary() {
        Map<String, Integer> concepts = new HashMap<>();
        for (int i = 0; i < SYNONYMS.size(); i++) {
            for (String word : SYNONYMS.get(i)) {
                concepts.put(word, i);
            }
        }
        for (int i = 0; i < 1_000; i++) {
            concepts.put("okapi" + i, 100 + i);
        }
        return concepts;
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
        if (!("Bearer " + API_KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{}");
            return;
        }
        if (behaviour.equals("down")) {
            exchange.close();
            return;
        }
        JsonNode inputs = request.get("input");
        if (inputs.toString().contains(REFUSED)) {
            answer(exchange, 400, "{}");
            return;
        }
        if (behaviour.equals("busy")) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            busy.incrementAndGet();
            answer(exchange, 429, "{}");
            return;
        }
        if (behaviour.equals("endless")) {
            answerWithoutEnd(exchange);
            return;
        }
        if (behaviour.equals("stuck")) {
            pause(1_000);
        }
        if (behaviour.equals("slow") && inputs.size() > 1) {
            pause(150);
        }
        texts.addAndGet(inputs.size());
        ObjectNode response = mapper.createObjectNode();
        response.putObject("usage").put("total_tokens", inputs.size() * TOKENS_A_TEXT);
        ArrayNode data = response.putArray("data");
        int dimension = behaviour.equals("short") ? DIMENSION / 2 : DIMENSION;
        for (int i = 0; i < inputs.size(); i++) {
            seen.add(inputs.get(i).asText());
            ArrayNode numbers = data.addObject().put("index", i).putArray("embedding");
            float[] vector = vector(inputs.get(i).asText());
            for (int d = 0; d < dimension; d++) {
                numbers.add(vector[d]);
            }
        }
        answer(exchange, 200, mapper.writeValueAsString(response));
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static float[] vector(String text) {
        float[] vector = new float[DIMENSION];
        for (String word : text.toLowerCase().split("\\W+")) {
            java.util.Random random = new java.util.Random(concept(word) * 31L + 7);
            boolean meant = concept(word) < SYNONYMS.size() || word.startsWith("okapi");
            for (int d = 0; d < DIMENSION; d++) {
                vector[d] += (float) random.nextGaussian() * (meant ? 1 : 0.02f);
            }
        }
        return vector;
    }

    private static int concept(String word) {
        for (int i = 0; i < SYNONYMS.size(); i++) {
            if (SYNONYMS.get(i).contains(word)) {
                return i;
            }
        }
        return SYNONYMS.size() + Math.abs(word.hashCode() % 1_000_000);
    }

    private static void answerWithoutEnd(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        byte[] blanks = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            while (true) {
                exchange.getResponseBody().write(blanks);
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
