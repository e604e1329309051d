package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is killed while it scans a folder: afterwards the index equals the folder, and what was only moved is the same
 * document as before. {@code -Devenkeel.folder.files} sets the number of files, {@code -Devenkeel.folder.seed} repeats a run.
 */
class FolderCrashIT {
    private static final int FILES = Integer.getInteger("evenkeel.folder.files", 80);
    private static final long SEED = Long.getLong("evenkeel.folder.seed", System.nanoTime());
    private static final Duration PATIENTLY = Duration.ofSeconds(180);

    @TempDir
    private Path directory = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private ServiceProcess service;

    private String collection = "";

    @Test
    void aFolderIsFollowedThroughCrashes() throws Exception {
        System.out.println("evenkeel.folder.seed=" + SEED);
        Random random = new Random(SEED);
        Path root = Files.createDirectories(directory.resolve("kb"));
        for (int i = 0; i < FILES; i++) {
            write(root, "d" + i % 5 + "/file" + i + ".md", Ledger.text("file" + i, random));
        }
        service = start(root);
        try {
            // Given a folder whose first scan is cut short, again and again
            collection = new JsonObject(service.post("/api/v1/collections", new JsonObject().put("name", "kb"))
                            .body())
                    .getString("id");
            var bound = service.post(folders(), new JsonObject().put("path", root.toString()));
            assertThat(bound.statusCode()).as(bound.body()).isEqualTo(201);
            String folder = folders() + "/" + new JsonObject(bound.body()).getString("id");
            for (int round = 0; round < 2; round++) {
                Thread.sleep(100 + random.nextInt(600));
                killAndStart(root);
            }
            awaitEqual(root, folder);
            Map<String, JsonObject> before = documents();

            // When much changes at once, and the service is killed in the midst of it
            Map<String, String> moved = new HashMap<>();
            for (int i = 0; i < FILES; i++) {
                Path file = root.resolve("d" + i % 5 + "/file" + i + ".md");
                switch (i % 4) {
                    case 0 -> Files.writeString(file, Ledger.text("changed" + i, random));
                    case 1 -> {
                        Files.createDirectories(root.resolve("moved"));
                        Files.move(file, root.resolve("moved/file" + i + ".md"));
                        moved.put("d" + i % 5 + "/file" + i + ".md", "moved/file" + i + ".md");
                    }
                    case 2 -> Files.delete(file);
                    default -> write(root, "new/file" + i + ".md", Ledger.text("new" + i, random));
                }
            }
            service.post(folder + "/scan", new JsonObject());
            Thread.sleep(100 + random.nextInt(800));
            killAndStart(root);

            // Then
            awaitEqual(root, folder);
            Map<String, JsonObject> after = documents();
            moved.forEach((from, to) -> {
                JsonObject old = before.getOrDefault(from, new JsonObject());
                JsonObject now = after.getOrDefault(to, new JsonObject());
                assertThat(now.getString("id")).as(from + " is now " + to).isEqualTo(old.getString("id"));
                assertThat(now.getInteger("revision")).isEqualTo(old.getInteger("revision"));
                assertThat(now.getString("indexed_at")).isEqualTo(old.getString("indexed_at"));
            });
            service.wasNeverBlocked();
        } finally {
            service.close();
        }
    }

    private String folders() {
        return "/api/v1/collections/" + collection + "/folders";
    }

    private ServiceProcess start(Path root) throws IOException {
        return ServiceProcess.in(directory)
                .with("EVENKEEL_JOBS_LEASE", "3s")
                .with("EVENKEEL_KNOWLEDGE_FOLDERS_ALLOWED_ROOTS", root.toString())
                .with("EVENKEEL_KNOWLEDGE_FOLDERS_DEBOUNCE", "500ms")
                .with("EVENKEEL_KNOWLEDGE_FOLDERS_MOVE_GRACE", "2s")
                .with("EVENKEEL_EMBEDDING_KIND", "lexical-hash")
                .startReady();
    }

    private void killAndStart(Path root) throws Exception {
        service.kill();
        service.wasNeverBlocked();
        service = start(root);
    }

    private static void write(Path root, String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Every file is a completed document of its content, and there is no other. */
    private void awaitEqual(Path root, String folder) {
        Eventually.holds(PATIENTLY, () -> {
            JsonObject view = new JsonObject(service.get(folder).body());
            assertThat(view.getString("state")).as(view.encode()).isEqualTo("current");
            Map<String, String> found = new TreeMap<>();
            documents().forEach((path, document) -> {
                assertThat(document.getString("state")).as(document.encode()).isEqualTo("completed");
                found.put(path, document.getString("content_hash"));
            });
            assertThat(found).isEqualTo(files(root));
        });
    }

    private static Map<String, String> files(Path root) {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                files.put(root.relativize(file).toString(), HexFormat.of().formatHex(hash));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return files;
    }

    private Map<String, JsonObject> documents() {
        Map<String, JsonObject> found = new TreeMap<>();
        String cursor = "";
        while (true) {
            var answer = service.get("/api/v1/documents?limit=200&collection_id=" + collection + cursor);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonObject page = new JsonObject(answer.body());
            for (Object item : page.getJsonArray("items")) {
                JsonObject document = (JsonObject) item;
                assertThat(found.put(document.getString("source_path"), document))
                        .as("one document a path")
                        .isNull();
            }
            String next = page.getString("next_cursor");
            if (next == null) {
                return found;
            }
            cursor = "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
    }
}
