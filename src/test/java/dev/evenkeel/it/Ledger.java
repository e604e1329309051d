package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the service has acknowledged, and whether it is really there. */
final class Ledger {
    private static final String[] WORDS =
            "keel water harbour signal beacon current anchor course depth tide lantern pilot".split(" ");

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    /** A text of several paragraphs with one word that no other text has. */
    static String text(String name, Random random) {
        StringBuilder text = new StringBuilder("# " + name + "\n\nThe mark is " + mark(name) + ".\n");
        int paragraphs = 3 + random.nextInt(30);
        for (int i = 0; i < paragraphs; i++) {
            text.append("\n## Part ").append(i).append("\n\n");
            for (int word = 0; word < 60; word++) {
                text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
            }
            text.append('\n');
        }
        return text.toString();
    }

    static String mark(String name) {
        // Letters only: a word with digits is also found by its parts.
        StringBuilder mark = new StringBuilder("mark");
        name.chars()
                .filter(Character::isLetterOrDigit)
                .forEach(c -> mark.append((char) (Character.isDigit(c) ? 'g' + (c - '0') : c)));
        return mark.toString();
    }

    void acknowledge(String path, String text) {
        acknowledged.put(path, text);
    }

    int size() {
        return acknowledged.size();
    }

    /** Every acknowledged document is there exactly once, complete, with its bytes; no other is there twice. */
    void isKept(ServiceProcess service, String collection) {
        Map<String, List<JsonObject>> found = documents(service, collection);
        assertThat(found.values()).as("documents per path").allMatch(documents -> documents.size() == 1);
        assertThat(found.keySet()).containsAll(acknowledged.keySet());
        acknowledged.forEach((path, text) -> {
            JsonObject document = found.getOrDefault(path, List.of()).get(0);
            assertThat(document.getString("state")).as(document.encode()).isIn("completed", "searchable");
            assertThat(document.getInteger("chunk_count")).as(document.encode()).isPositive();
            JsonArray chunks = new JsonObject(
                            service.get("/api/v1/documents/" + document.getString("id") + "/chunks?limit=200")
                                    .body())
                    .getJsonArray("items");
            assertThat(chunks).as("chunks of %s", path).hasSize(document.getInteger("chunk_count"));
            assertThat(service.get("/api/v1/documents/" + document.getString("id") + "/content")
                            .body())
                    .isEqualTo(text);
        });
    }

    /** A search for the mark of each acknowledged document finds that document, and it alone, once. */
    void isFound(ServiceProcess service, String collection) {
        acknowledged.keySet().forEach(path -> {
            JsonArray results = new JsonObject(service.post(
                                    "/api/v1/search",
                                    new JsonObject()
                                            .put("query", mark(path))
                                            .put("mode", "keyword")
                                            .put("collection_ids", new JsonArray().add(collection)))
                            .body())
                    .getJsonArray("results");
            assertThat(results).as(path).hasSize(1);
            assertThat(results.getJsonObject(0).getString("source_path")).isEqualTo(path);
        });
    }

    /** True while a document waits for its job or is being worked on. */
    static boolean unfinished(ServiceProcess service, String collection) {
        return List.of("queued", "processing").stream()
                .anyMatch(state -> !page(service, collection, "&limit=1&state=" + state)
                        .getJsonArray("items")
                        .isEmpty());
    }

    private static Map<String, List<JsonObject>> documents(ServiceProcess service, String collection) {
        Map<String, List<JsonObject>> found = new HashMap<>();
        String cursor = null;
        do {
            JsonObject page = page(service, collection, "&limit=200" + next(cursor));
            for (Object item : page.getJsonArray("items")) {
                JsonObject document = (JsonObject) item;
                found.computeIfAbsent(document.getString("source_path"), path -> new ArrayList<>())
                        .add(document);
            }
            cursor = page.getString("next_cursor");
        } while (cursor != null);
        return found;
    }

    private static String next(@Nullable String cursor) {
        return cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    private static JsonObject page(ServiceProcess service, String collection, String query) {
        var answer = service.get("/api/v1/documents?collection_id=" + collection + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }
}
