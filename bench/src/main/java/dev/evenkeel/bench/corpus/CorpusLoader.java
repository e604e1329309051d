package dev.evenkeel.bench.corpus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Answer;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Fills a collection with JSON documents over a few connections; an overloaded service is asked again after a pause. */
public final class CorpusLoader {

    private static final int ATTEMPTS = 60;
    private static final long PAUSE_MILLIS = 500;

    private final Evenkeel api;
    private final String collectionId;
    private final int threads;

    public CorpusLoader(Evenkeel api, String collectionId, int threads) {
        this.api = api;
        this.collectionId = collectionId;
        this.threads = threads;
    }

    /**
     * Loads documents number 0 to count - 1.
     *
     * @param documents the document with a number; called by several threads
     * @return the ids, by number
     */
    public List<String> load(int count, IntFunction<ObjectNode> documents) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<String>> futures = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int number = i;
                futures.add(pool.submit(() -> add(documents.apply(number))));
            }
            List<String> ids = new ArrayList<>(count);
            for (Future<String> future : futures) {
                ids.add(future.get());
            }
            return ids;
        } catch (ExecutionException e) {
            throw new IllegalStateException("loading failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private String add(ObjectNode document) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Answer answer = api.addDocument(collectionId, document);
            if (answer.status() != 503 || attempt == ATTEMPTS) {
                return answer.orThrow().get("id").asText();
            }
            Sleep.millis(PAUSE_MILLIS);
        }
    }
}
