package dev.evenkeel.bench.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Compares a folder on the disk with the collection that follows it. */
public final class FolderState {

    private final Evenkeel api;
    private final String collection;
    private final String folder;
    private final Path root;

    private FolderState(Evenkeel api, String collection, String folderId, Path root) {
        this.api = api;
        this.collection = collection;
        this.folder = "/api/v1/collections/" + collection + "/folders/" + folderId;
        this.root = root;
    }

    /** Lets a collection follow the folder, with no rule that leaves files out. */
    public static FolderState follow(Evenkeel api, String collection, Path root) throws IOException {
        ObjectNode wanted =
                Evenkeel.JSON.createObjectNode().put("path", root.toString()).put("default_rules", false);
        String id = api.post("/api/v1/collections/" + collection + "/folders", wanted)
                .orThrow()
                .get("id")
                .asText();
        return new FolderState(api, collection, id, root);
    }

    /** A document, as far as it tells whether it was made anew. */
    public record Indexed(String id, String hash, String state, int revision, String indexedAt, int chunks) {}

    /** What the service says of the folder. */
    public JsonNode view() throws IOException {
        return api.get(folder).orThrow();
    }

    /** Asks for a scan and waits until the service says that the collection agrees with the folder. */
    public void awaitCurrent(Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        // What was current before a crash is so until somebody looks again.
        api.post(folder + "/scan", Evenkeel.JSON.createObjectNode()).orThrow();
        int agreed = 0;
        while (agreed < 3) {
            JsonNode view = view();
            agreed = view.path("state").asText().equals("current") ? agreed + 1 : 0;
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the folder did not become current: " + view);
            }
            Thread.sleep(250);
        }
    }

    /** Every document of the collection, by its path. */
    public Map<String, Indexed> documents() throws IOException {
        Map<String, Indexed> found = new TreeMap<>();
        api.forEach("/api/v1/documents?limit=200&collection_id=" + collection, (document, index) -> {
            Indexed before = found.put(
                    document.path("source_path").asText(),
                    new Indexed(
                            document.path("id").asText(),
                            document.path("content_hash").asText(),
                            document.path("state").asText(),
                            document.path("revision").asInt(),
                            document.path("indexed_at").asText(),
                            document.path("chunk_count").asInt()));
            if (before != null) {
                throw new IllegalStateException("two documents at " + document.path("source_path"));
            }
        });
        return found;
    }

    /** The ids of a document's chunks, in order. */
    public List<String> chunkIds(String documentId) throws IOException {
        List<String> ids = new ArrayList<>();
        api.forEach(
                "/api/v1/documents/" + documentId + "/chunks?limit=200",
                (chunk, index) -> ids.add(chunk.path("id").asText()));
        return ids;
    }

    /** The files that are no documents, with the reason. */
    public Map<String, String> failures() throws IOException {
        Map<String, String> failures = new TreeMap<>();
        api.forEach(
                folder + "/files?limit=200&state=failed",
                (file, index) -> failures.put(
                        file.path("path").asText(),
                        file.path("error").path("code").asText()));
        return failures;
    }

    /** What differs between the folder and the collection; files that are refused with a reason are no difference. */
    public List<String> differences(Map<String, Indexed> documents, Map<String, String> failures) throws IOException {
        List<String> differences = new ArrayList<>();
        Map<String, String> files = files();
        files.forEach((path, hash) -> {
            Indexed document = documents.get(path);
            if (document == null) {
                if (!failures.containsKey(path)) {
                    differences.add(path + " is missing");
                }
            } else if (!document.hash().equals(hash)) {
                differences.add(path + " has other content");
            } else if (!document.state().equals("completed") && !failures.containsKey(path)) {
                differences.add(path + " is " + document.state());
            }
        });
        documents.keySet().stream()
                .filter(path -> !files.containsKey(path))
                .forEach(path -> differences.add(path + " is not in the folder"));
        return differences;
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(root.relativize(file).toString(), hash(file)));
        }
        return files;
    }

    private static String hash(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
