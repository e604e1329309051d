package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.MultipartBody;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Backups and restores of collections as their tests ask for them, and archives as their tests change them. */
final class ArchiveApi {
    private static final Duration DONE_WITHIN = Duration.ofSeconds(60);

    private ArchiveApi() {}

    static byte[] backup(UUID collection) {
        Response response = get(COLLECTIONS + "/" + collection + "/backup");
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(response.contentType()).isEqualTo("application/zip");
        assertThat(response.header("Content-Disposition"))
                .contains("attachment")
                .contains(".zip");
        return response.asByteArray();
    }

    static Response restore(byte[] archive, String query) {
        return request()
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .body(new MultipartBody().file("backup.zip", archive).end())
                .post(COLLECTIONS + "/restore" + query);
    }

    /** Begins a restore that must be accepted; its report as it begins. */
    static JsonPath begun(byte[] archive, String query) {
        Response response = restore(archive, query);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
        assertThat(response.header("Location"))
                .endsWith("/api/v1/collections/restore/" + Json.of(response).getString("id"));
        return Json.of(response);
    }

    static JsonPath report(UUID restore) {
        return ok(get(COLLECTIONS + "/restore/" + restore));
    }

    /** The report of a restore, when it has come to that state. */
    static JsonPath inState(UUID restore, String state) {
        Eventually.holds(
                DONE_WITHIN,
                () -> assertThat(report(restore).getString("state"))
                        .as(report(restore).prettify())
                        .isEqualTo(state));
        return report(restore);
    }

    /** Restores an archive; the report of the restore, which succeeds. */
    static JsonPath restored(byte[] archive, String query) {
        return inState(id(begun(archive, query), "id"), "succeeded");
    }

    static Map<String, byte[]> entries(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    /** An entry that is JSON. */
    static JsonPath json(Map<String, byte[]> entries, String name) {
        assertThat(entries).containsKey(name);
        return JsonPath.from(new String(entries.get(name), StandardCharsets.UTF_8));
    }

    static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** What a search shows apart from ids. */
    static List<List<Object>> hits(String query, UUID collection) {
        JsonPath found = search(query, Map.of("limit", 50), collection);
        List<List<Object>> hits = new ArrayList<>();
        for (int i = 0; i < found.getList("results").size(); i++) {
            String hit = "results[" + i + "].";
            hits.add(Arrays.asList(found.getString(hit + "source_path"), found.getString(hit + "content")));
        }
        hits.sort(Comparator.comparing(Object::toString));
        return hits;
    }

    /** Waits until a collection has so many documents that lack nothing. */
    static void settled(UUID collection, int documents) {
        Eventually.holds(
                Duration.ofSeconds(90),
                () -> assertThat(ok(get(COLLECTIONS + "/" + collection + "/completeness"))
                                .getInt("complete"))
                        .isEqualTo(documents));
    }
}
