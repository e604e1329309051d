package dev.evenkeel.bench.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Answer;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.api.UploadFile;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Keeps the service's ingestion busy: a few connections upload multipart requests of many documents, and pause while the
 * service has enough accepted work, so that the queue never runs dry and never grows without bound.
 */
public final class IngestWriter implements AutoCloseable {

    private static final long PAUSE_MILLIS = 20;

    private final Evenkeel api;
    private final String collectionId;
    private final DocumentFactory documents;
    private final int documentsEach;
    private final Backlog backlog;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong nextNumber = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final Map<String, Long> failures = new ConcurrentSkipListMap<>();
    private volatile boolean stopped;

    /**
     * @param paragraphs of each document, about 1.4 kB each
     * @param documentsEach documents in one request
     */
    public IngestWriter(Evenkeel api, String collectionId, int paragraphs, int documentsEach, Backlog backlog) {
        this.api = api;
        this.collectionId = collectionId;
        this.documents = new DocumentFactory("w", paragraphs);
        this.documentsEach = documentsEach;
        this.backlog = backlog;
    }

    /** Uploads from the given number of threads until {@link #close}. */
    public void start(int connections) {
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(this::write, "writer-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void write() {
        while (!stopped) {
            if (backlog.isFull(accepted.get())) {
                Sleep.millis(PAUSE_MILLIS);
                continue;
            }
            long first = nextNumber.getAndAdd(documentsEach);
            upload(LongStream.range(first, first + documentsEach)
                    .mapToObj(documents::document)
                    .toList());
        }
    }

    private void upload(List<UploadFile> files) {
        try {
            Answer answer = api.upload(collectionId, files);
            if (answer.isSuccess()) {
                count(answer.body().path("items"));
            } else {
                failed("status " + answer.status());
            }
        } catch (IOException e) {
            failed(e.getClass().getSimpleName());
        }
    }

    private void count(JsonNode items) {
        for (JsonNode item : items) {
            (item.hasNonNull("error") ? rejected : accepted).incrementAndGet();
        }
    }

    private void failed(String reason) {
        failures.merge(reason, 1L, Long::sum);
        Sleep.millis(PAUSE_MILLIS * 10);
    }

    /** Documents that the service has acknowledged. */
    public long accepted() {
        return accepted.get();
    }

    /** Documents that the service refused one by one. */
    public long rejected() {
        return rejected.get();
    }

    /** Requests that failed as a whole, by reason. */
    public Map<String, Long> failures() {
        return new TreeMap<>(failures);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
