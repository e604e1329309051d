package dev.evenkeel.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A conversion service on loopback with the interface of Docling Serve: it answers with the name and size of the file it was sent, as
 * Markdown. How it answers is set by {@code POST /behaviour?is=…} at an address of its own, where {@code GET /requests} tells how often
 * it was asked; when it is {@code away} it does not listen.
 */
public final class ConversionEndpoint implements QuarkusTestResourceLifecycleManager {
    private static final Pattern FILE =
            Pattern.compile("name=\"files\"; filename=\"([^\"]*)\".*?\r\n\r\n", Pattern.DOTALL);

    private final AtomicInteger requests = new AtomicInteger();
    private volatile String behaviour = "normal";
    private final HttpServer control = listen(0);
    private HttpServer conversion = listen(0);

    @Override
    public Map<String, String> start() {
        control.createContext("/behaviour", exchange -> {
            behave(exchange.getRequestURI().getQuery().substring("is=".length()));
            answer(exchange, 200, "{}");
        });
        control.createContext("/requests", exchange -> answer(exchange, 200, String.valueOf(requests.get())));
        control.start();
        startConversion();
        String address = "http://127.0.0.1:" + conversion.getAddress().getPort();
        return Map.of(
                "evenkeel.jobs.retry-base",
                "200ms",
                "evenkeel.knowledge.extractor.url",
                address,
                "evenkeel.knowledge.extractor.api-key",
                "key-of-the-service",
                "evenkeel.knowledge.extractor.timeout",
                "4s",
                "evenkeel.knowledge.extractor.retry-delay",
                "1s",
                "evenkeel.knowledge.extractor.max-answer-size",
                "64K",
                "test.conversion-endpoint",
                "http://127.0.0.1:" + control.getAddress().getPort());
    }

    private void startConversion() {
        conversion.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "conversion-endpoint");
            thread.setDaemon(true);
            return thread;
        }));
        conversion.createContext("/v1/convert/file", this::convert);
        conversion.start();
    }

    private synchronized void behave(String wanted) {
        boolean listens = !behaviour.equals("away");
        behaviour = wanted;
        if (listens && wanted.equals("away")) {
            conversion.stop(0);
        } else if (!listens && !wanted.equals("away")) {
            conversion = listen(conversion.getAddress().getPort());
            startConversion();
        }
    }

    private static HttpServer listen(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        control.stop(0);
        conversion.stop(0);
    }

    private void convert(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        String boundary = exchange.getRequestHeaders().getFirst("Content-Type").replaceFirst(".*boundary=", "");
        if (!"key-of-the-service".equals(exchange.getRequestHeaders().getFirst("X-Api-Key"))) {
            answer(exchange, 401, "{}");
            return;
        }
        switch (behaviour) {
            case "down" -> exchange.close();
            case "slow" -> {
                pause();
                exchange.close();
            }
            case "busy" -> answer(exchange, 503, "");
            case "limited" -> answer(exchange, 429, "{}");
            case "gave_up" -> answer(exchange, 408, "{}");
            case "gateway" -> answer(exchange, 502, "");
            case "gateway_waited" -> answer(exchange, 504, "");
            case "refusing" -> answer(exchange, 422, "{\"detail\": \"no\"}");
            case "empty" -> answer(exchange, 200, "{\"status\": \"failure\", \"document\": {}}");
            case "endless" -> answer(exchange, 200, document("x".repeat(100_000)));
            default -> {
                Matcher file = FILE.matcher(body);
                boolean complete = file.find()
                        && body.contains("name=\"to_formats\"\r\n\r\nmd\r\n")
                        && body.endsWith("\r\n--" + boundary + "--\r\n");
                int bytes = complete ? body.length() - file.end() - boundary.length() - 8 : -1;
                String name = complete ? file.group(1) : "broken";
                answer(exchange, 200, document("# Converted\\n\\nThe gerenuk of " + name + " in " + bytes + " bytes"));
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String document(String markdown) {
        return "{\"status\": \"success\", \"document\": {\"md_content\": \"" + markdown + "\"}}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
