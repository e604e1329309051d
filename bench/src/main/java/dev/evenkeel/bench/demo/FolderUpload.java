package dev.evenkeel.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Answer;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.api.UploadFile;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Uploads files in multipart requests of limited size; counts what the service says about each. */
public final class FolderUpload implements Runnable {

    private static final long REQUEST_BYTES = 4 << 20;
    private static final int REQUEST_FILES = 50;
    private static final int ATTEMPTS = 100;
    private static final long PAUSE_MILLIS = 300;

    private final Evenkeel api;
    private final String collectionId;
    private final Path folder;
    private final List<Path> files;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();
    private final List<String> rejected = new ArrayList<>();
    private volatile boolean done;

    public FolderUpload(Evenkeel api, String collectionId, Path folder, List<Path> files) {
        this.api = api;
        this.collectionId = collectionId;
        this.folder = folder;
        this.files = files;
    }

    @Override
    public void run() {
        try {
            List<UploadFile> batch = new ArrayList<>();
            long bytes = 0;
            for (Path file : files) {
                long size = Files.size(file);
                if (!batch.isEmpty() && (bytes + size > REQUEST_BYTES || batch.size() == REQUEST_FILES)) {
                    send(batch);
                    batch.clear();
                    bytes = 0;
                }
                batch.add(UploadFile.onDisk(folder.relativize(file).toString(), file));
                bytes += size;
            }
            if (!batch.isEmpty()) {
                send(batch);
            }
        } catch (IOException | RuntimeException e) {
            reject("upload: " + e.getMessage());
        } finally {
            done = true;
        }
    }

    private void send(List<UploadFile> batch) throws IOException {
        Answer answer = api.upload(collectionId, batch);
        for (int attempt = 1; answer.status() == 503 && attempt < ATTEMPTS; attempt++) {
            Sleep.millis(PAUSE_MILLIS);
            answer = api.upload(collectionId, batch);
        }
        if (!answer.isSuccess()) {
            reject(batch.size() + " files from " + batch.get(0).path() + ": status " + answer.status() + " "
                    + answer.body().path("detail").asText());
            return;
        }
        answer.body().path("items").forEach(this::count);
    }

    private void count(JsonNode item) {
        if (item.hasNonNull("error") || item.path("state").asText().equals("rejected")) {
            reject(item.path("source_path").asText() + ": "
                    + item.path("error").path("detail").asText("rejected"));
        } else if (item.path("duplicate").asBoolean()) {
            duplicates.incrementAndGet();
        } else {
            accepted.incrementAndGet();
        }
    }

    private void reject(String what) {
        synchronized (rejected) {
            rejected.add(what);
        }
    }

    public boolean isDone() {
        return done;
    }

    public int accepted() {
        return accepted.get();
    }

    public int duplicates() {
        return duplicates.get();
    }

    /** Files that were not taken, each with the reason. */
    public List<String> rejected() {
        synchronized (rejected) {
            return List.copyOf(rejected);
        }
    }

    public int answered() {
        return accepted() + duplicates() + rejected().size();
    }
}
