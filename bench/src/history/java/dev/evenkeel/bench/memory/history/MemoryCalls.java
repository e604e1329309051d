package dev.evenkeel.bench.memory.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The requests of a history's clients: each is sent once, to one replica, and comes back as what the client knows afterwards. */
final class MemoryCalls {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(15);

    /** An answer that no server may give to these requests. */
    static final class UnexpectedAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnexpectedAnswerException(String message) {
            super(message);
        }
    }

    /** What is known once the request has ended. */
    record Known(Outcome outcome, List<Access> accesses) {}

    private record Attempt(HttpRequest.Builder request, List<Access> intent, Function<HttpResponse<String>, Known> told) {}

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI replica;
    private final String token;
    private final String namespace;

    MemoryCalls(URI replica, String token, String namespace) {
        this.replica = replica;
        this.token = token;
        this.namespace = URLEncoder.encode(namespace, StandardCharsets.UTF_8);
    }

    /** Reads one key; null when nothing was learned. */
    @Nullable Known get(String key) {
        return send(new Attempt(entry(key).GET(), List.of(), answer -> switch (answer.statusCode()) {
            case 200 -> done(List.of(Access.read(key, parse(answer).asText(), version(answer))));
            case 404 -> done(List.of(Access.missing(key)));
            default -> throw unexpected(answer);
        }));
    }

    /** Writes one key; {@code expected} as in {@link Access}. Null when the request never reached the server. */
    @Nullable Known put(String key, String value, @Nullable Long expected) {
        HttpRequest.Builder request = entry(key)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(JSON.valueToTree(value).toString()));
        if (expected != null && expected == Access.ABSENT) {
            request.header("If-None-Match", "*");
        } else if (expected != null) {
            request.header("If-Match", "\"" + expected + "\"");
        }
        Access intent = Access.put(key, value, expected, null);
        return send(new Attempt(request, List.of(intent), answer -> switch (answer.statusCode()) {
            case 200, 201 -> done(List.of(intent.withVersion(version(answer))));
            case 412 -> new Known(Outcome.REFUSED, List.of(intent));
            default -> throw unexpected(answer);
        }));
    }

    /** Deletes one key; null when the request never reached the server. */
    @Nullable Known delete(String key) {
        Access intent = Access.delete(key, null);
        return send(new Attempt(entry(key).DELETE(), List.of(intent), answer -> switch (answer.statusCode()) {
            case 204 -> done(List.of(intent));
            case 404 -> done(List.of(intent.withVersion(Access.ABSENT)));
            default -> throw unexpected(answer);
        }));
    }

    /** Stores one value under several keys in one request. */
    @Nullable Known batchStore(List<String> keys, String value) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode items = body.putArray("items");
        keys.forEach(key -> items.addObject().put("key", key).put("value", value));
        List<Access> intent =
                keys.stream().map(key -> Access.put(key, value, null, null)).toList();
        return send(new Attempt(
                post("batch-store", body), intent, answer -> done(withVersions(intent, answer, "items"))));
    }

    /** Reads several keys in one request. */
    @Nullable Known batchLoad(List<String> keys) {
        ObjectNode body = JSON.createObjectNode();
        keys.forEach(body.putArray("keys")::add);
        return send(new Attempt(post("batch-load", body), List.of(), answer -> {
            List<Access> accesses = new ArrayList<>();
            JsonNode loaded = succeeded(answer);
            loaded.path("found")
                    .forEach(found -> accesses.add(Access.read(
                            found.path("key").asText(),
                            found.path("value").asText(),
                            number(found.path("version"), answer))));
            loaded.path("missing").forEach(missing -> accesses.add(Access.missing(missing.asText())));
            if (accesses.size() != keys.size()) {
                throw unexpected(answer);
            }
            return done(accesses);
        }));
    }

    /** Puts and checks as one transaction. */
    @Nullable Known transaction(List<Access> intent) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode operations = body.putArray("operations");
        intent.forEach(access -> describe(access, operations.addObject()));
        return send(new Attempt(
                post("batch", body),
                intent,
                answer -> answer.statusCode() == 412
                        ? new Known(Outcome.REFUSED, intent)
                        : done(withVersions(intent, answer, "results"))));
    }

    private static void describe(Access access, ObjectNode operation) {
        operation.put("op", access.kind() == Access.Kind.CHECK ? "check" : "put").put("key", access.key());
        if (access.kind() == Access.Kind.PUT) {
            operation.put("value", access.value());
        }
        Long expected = access.expected();
        if (expected != null && expected == Access.ABSENT) {
            operation.put("expect_absent", true);
        } else if (expected != null) {
            operation.put("expect_version", expected);
        }
    }

    /** The accesses of a request with the versions that the answer gives to its writes. */
    private static List<Access> withVersions(List<Access> intent, HttpResponse<String> answer, String list) {
        Map<String, JsonNode> told = new HashMap<>();
        succeeded(answer).path(list).forEach(item -> told.put(item.path("key").asText(), item));
        return intent.stream()
                .map(access -> {
                    JsonNode item = told.get(access.key());
                    if (item == null) {
                        throw unexpected(answer);
                    }
                    return access.writes() ? access.withVersion(number(item.path("version"), answer)) : access;
                })
                .toList();
    }

    private @Nullable Known send(Attempt attempt) {
        boolean writes = !attempt.intent.isEmpty();
        Known unknown = new Known(Outcome.UNKNOWN, attempt.intent);
        try {
            HttpResponse<String> answer = http.send(attempt.request.build(), BodyHandlers.ofString());
            // A failing server may have committed before it failed.
            boolean failed = answer.statusCode() >= 500;
            return failed ? (writes ? unknown : null) : attempt.told.apply(answer);
        } catch (ConnectException neverSent) {
            return null;
        } catch (HttpTimeoutException silence) {
            return writes ? unknown : null;
        } catch (IOException broken) {
            return writes ? unknown : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private HttpRequest.Builder entry(String key) {
        return request("entries/" + URLEncoder.encode(key, StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder post(String action, JsonNode body) {
        return request(action)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(replica.resolve("/api/v1/memory/" + namespace + "/" + path))
                .timeout(REQUEST_LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
    }

    private static Known done(List<Access> accesses) {
        return new Known(Outcome.DONE, accesses);
    }

    private static JsonNode succeeded(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw unexpected(answer);
        }
        return parse(answer);
    }

    private static JsonNode parse(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw unexpected(answer);
        }
    }

    private static long version(HttpResponse<String> answer) {
        String tag = answer.headers().firstValue("ETag").orElseThrow(() -> unexpected(answer));
        try {
            return Long.parseLong(tag.replace("\"", ""));
        } catch (NumberFormatException e) {
            throw unexpected(answer);
        }
    }

    private static long number(JsonNode node, HttpResponse<String> answer) {
        if (!node.canConvertToLong()) {
            throw unexpected(answer);
        }
        return node.asLong();
    }

    private static UnexpectedAnswerException unexpected(HttpResponse<String> answer) {
        return new UnexpectedAnswerException(answer.request().method() + " "
                + answer.request().uri().getPath() + " was answered " + answer.statusCode() + " " + answer.body());
    }
}
