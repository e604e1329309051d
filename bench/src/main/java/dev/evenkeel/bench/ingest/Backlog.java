package dev.evenkeel.bench.ingest;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;

/** How many accepted documents are not searchable yet, from the collection's chunk count. */
public final class Backlog implements AutoCloseable {

    private static final long POLL_MILLIS = 500;

    private final Evenkeel api;
    private final String collectionId;
    private final double chunksEach;
    private final long limit;
    private final Thread poller = new Thread(this::poll, "backlog");
    private volatile long chunks;
    private volatile boolean stopped;

    /**
     * @param chunksEach chunks that one document becomes
     * @param limit accepted documents waiting, above which the writer pauses
     */
    public Backlog(Evenkeel api, String collectionId, double chunksEach, long limit) {
        this.api = api;
        this.collectionId = collectionId;
        this.chunksEach = chunksEach;
        this.limit = limit;
        poller.setDaemon(true);
        poller.start();
    }

    private void poll() {
        while (!stopped) {
            try {
                chunks = GeneratedCorpus.chunkCount(api, collectionId);
            } catch (IOException | RuntimeException e) {
                System.err.println("cannot read the collection: " + e);
            }
            Sleep.millis(POLL_MILLIS);
        }
    }

    boolean isFull(long acceptedDocuments) {
        return acceptedDocuments - chunks / chunksEach > limit;
    }

    /** Searchable chunks at the last look, at most half a second ago. */
    public long chunks() {
        return chunks;
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        poller.join();
    }
}
