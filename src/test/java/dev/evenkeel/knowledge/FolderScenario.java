package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** An empty folder and an empty collection to follow it, for each test anew. */
abstract class FolderScenario {
    static final Path ROOTS = Path.of("target/test-folders").toAbsolutePath();
    static final Duration PATIENTLY = Duration.ofSeconds(60);

    @Inject
    Sql sql;

    @Inject
    Database database;

    Path root = ROOTS;
    UUID collection = NOBODY;

    @BeforeEach
    void anEmptyFolderAndAnEmptyCollection() throws IOException {
        root = Files.createDirectories(ROOTS.resolve("f" + UUID.randomUUID()));
        collection = collection();
    }

    void file(String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String folders(UUID collection) {
        return COLLECTIONS + "/" + collection + "/folders";
    }

    String folder(UUID id) {
        return folders(collection) + "/" + id;
    }

    UUID bind(Map<String, ?> more) {
        Map<String, Object> wanted = new HashMap<>(Map.of("path", root.toString()));
        wanted.putAll(more);
        Response bound = post(folders(collection), wanted);
        assertThat(bound.statusCode()).as(bound.asString()).isEqualTo(201);
        return UUID.fromString(Json.of(bound).getString("id"));
    }

    UUID bound() {
        UUID id = bind(Map.of());
        scanned(id);
        return id;
    }

    /** Asks for a scan and waits until the collection agrees with the folder. */
    JsonPath scanned(UUID id) {
        return scanned(id, Map.of());
    }

    JsonPath scanned(UUID id, Map<String, ?> wish) {
        Response asked = post(folder(id) + "/scan", wish);
        assertThat(asked.statusCode()).as(asked.asString()).isEqualTo(202);
        assertThat(Json.of(asked).getString("scan_job_id")).isNotNull();
        return inState(id, "current");
    }

    /** Pauses the folder, and waits until neither a scan nor a count of its files is under way. */
    void paused(UUID id) {
        ok(patch(folder(id), Map.of("paused", true)));
        Eventually.holds(PATIENTLY, () -> assertThat(sql.number("""
                        select count(*) from folder f
                        where id = $1 and scanning_since is null and files_count_due is null and not exists (
                          select from job j where j.unique_key = f.id::text and j.state in ('queued', 'running'))""", id)).isEqualTo(1));
    }

    JsonPath inState(UUID id, String state) {
        Eventually.holds(PATIENTLY, () -> {
            JsonPath view = ok(get(folder(id)));
            assertThat(view.getString("state")).as(view.prettify()).isEqualTo(state);
        });
        return ok(get(folder(id)));
    }

    /** The documents of the collection by their paths. */
    Map<String, UUID> indexed() {
        Map<String, UUID> found = new TreeMap<>();
        String cursor = "";
        do {
            JsonPath page = ok(get(DOCUMENTS + "?limit=200&collection_id=" + collection + cursor));
            List<String> paths = page.getList("items.source_path", String.class);
            List<String> ids = page.getList("items.id", String.class);
            for (int i = 0; i < paths.size(); i++) {
                found.put(paths.get(i), UUID.fromString(ids.get(i)));
            }
            cursor = page.getString("next_cursor") == null ? "" : "&cursor=" + page.getString("next_cursor");
        } while (!cursor.isEmpty());
        return found;
    }

    void eventuallyIndexed(Set<String> paths) {
        Eventually.holds(PATIENTLY, () -> assertThat(indexed().keySet()).isEqualTo(paths));
    }

    /** Waits until changes are noticed as they happen. */
    void watched(UUID id) {
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getBoolean("watching")).isTrue());
    }
}
