package dev.evenkeel.knowledge.folders;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What a scan has done so far. Belongs to one run and is changed on its context only. */
final class ScanReport {
    private final Instant startedAt = Instant.now();
    private final long startedNanos = System.nanoTime();
    private final Map<Count, Long> counts = new TreeMap<>();
    private final Map<String, Long> refused = new TreeMap<>();

    /** What is counted. */
    enum Count {
        /** New documents. */
        ADDED,
        /** Documents with new content. */
        CHANGED,
        /** Documents that kept everything but their path. */
        MOVED,
        /** Documents that left the index. */
        DELETED,
        /** Files without a difference. */
        UNCHANGED,
        /** Files that are no documents, or cannot be read. */
        FAILED,
        /** Files that changed while they were read; the next scan looks again. */
        CHANGING;

        String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    void count(Count what) {
        count(what, 1);
    }

    void count(Count what, long times) {
        counts.merge(what, times, Long::sum);
    }

    void refused(String reason) {
        count(Count.FAILED);
        refused.merge(reason, 1L, Long::sum);
    }

    long of(Count what) {
        return counts.getOrDefault(what, 0L);
    }

    long tookNanos() {
        return System.nanoTime() - startedNanos;
    }

    JsonObject toJson(FolderWalk walk) {
        JsonObject json = new JsonObject()
                .put("started_at", startedAt.toString())
                .put("finished_at", Instant.now().toString())
                .put("duration_ms", tookNanos() / 1_000_000)
                .put("seen", walk.files())
                .put("ignored", walk.ignored());
        for (Count what : Count.values()) {
            json.put(what.wireName(), of(what));
        }
        return json.put("failures", new JsonObject(Map.copyOf(refused)))
                .put("skipped", new JsonObject(Map.copyOf(walk.skipped())));
    }
}
