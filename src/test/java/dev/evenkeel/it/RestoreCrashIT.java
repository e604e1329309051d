package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is killed while it restores a collection, more than once: no document is missing afterwards, none is there twice. */
class RestoreCrashIT {
    private static final int DOCUMENTS = 1_200;
    private static final int KILLS = 2;
    private static final Duration PATIENTLY = Duration.ofSeconds(180);

    @TempDir
    private Path directory = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private ServiceProcess service;

    @Test
    void aRestoreGoesOnThroughCrashes() throws Exception {
        service = start();
        try {
            // Given
            HttpResponse<String> begun = service.send(service.request("/api/v1/collections/restore")
                    .header("Content-Type", MultipartBody.CONTENT_TYPE)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            new MultipartBody().file("backup.zip", archive()).end())));
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
            String report = "/api/v1/collections/restore/" + new JsonObject(begun.body()).getString("id");
            // When it is killed each time that it has got on
            int reached = 0;
            for (int i = 0; i < KILLS; i++) {
                int before = reached;
                Eventually.holds(
                        PATIENTLY,
                        () -> assertThat(json(report).getInteger("documents")).isGreaterThan(before));
                reached = json(report).getInteger("documents");
                service.kill();
                service.wasNeverBlocked();
                service = start();
                // Then what was stored stays
                assertThat(json(report).getInteger("documents")).isGreaterThanOrEqualTo(reached);
            }
            Eventually.holds(
                    PATIENTLY,
                    () -> assertThat(json(report).getString("state"))
                            .as(json(report).encodePrettily())
                            .isEqualTo("succeeded"));
            assertThat(json(report).getInteger("documents")).isEqualTo(DOCUMENTS);
            assertThat(json(report).getInteger("skipped_total")).isZero();
            assertThat(paths(json(report).getString("collection_id"))).hasSize(DOCUMENTS);
            service.wasNeverBlocked();
        } finally {
            service.close();
        }
    }

    private JsonObject json(String path) {
        HttpResponse<String> answer = service.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    /** The paths of all documents, each of which must be there once. */
    private Set<String> paths(String collection) {
        Set<String> paths = new HashSet<>();
        String cursor = "";
        while (cursor != null) {
            JsonObject page = json("/api/v1/documents?limit=200&collection_id=" + collection + cursor);
            page.getJsonArray("items")
                    .forEach(item -> assertThat(paths.add(((JsonObject) item).getString("source_path")))
                            .isTrue());
            String next = page.getString("next_cursor");
            cursor = next == null ? null : "&cursor=" + next;
        }
        return paths;
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.in(directory).with("EVENKEEL_JOBS_LEASE", "3s").startReady();
    }

    private static byte[] archive() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(
                    zip,
                    "manifest.json",
                    new JsonObject()
                            .put("format", 1)
                            .put("collection", new JsonObject().put("name", "restored"))
                            .encode());
            for (int i = 0; i < DOCUMENTS; i++) {
                String content = "words of document " + i;
                String hash = HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
                entry(zip, "contents/" + i, content);
                entry(
                        zip,
                        "documents/" + i + ".json",
                        new JsonObject()
                                .put("title", "Document " + i)
                                .put("source_path", "folder/" + i + ".txt")
                                .put("document_type", "text")
                                .put("content", "contents/" + i)
                                .put("sha256", hash)
                                .encode());
            }
            entry(zip, "end.json", new JsonObject().put("documents", DOCUMENTS).encode());
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
}
