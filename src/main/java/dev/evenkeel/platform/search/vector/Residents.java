package dev.evenkeel.platform.search.vector;

import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The corpora whose sign bits are in memory, the ones searched last kept longest. All of it belongs to one run of the
 * database server: after a restart or failover nothing is taken for granted.
 */
final class Residents {
    /** What a resident is of. */
    record Key(long corpusNo, int modelNo) {}

    private final long capacityBytes;
    private final Map<Key, ResidentCorpus> corpora = new LinkedHashMap<>(16, 0.75f, true);
    private long usedBytes;
    private @Nullable OffsetDateTime serverStart;

    Residents(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    synchronized @Nullable ResidentCorpus get(Key key, OffsetDateTime serverStartedAt) {
        if (!serverStartedAt.equals(serverStart)) {
            corpora.clear();
            usedBytes = 0;
            serverStart = serverStartedAt;
        }
        return corpora.get(key);
    }

    /** Keeps the newest version; one that does not fit alone is not kept. */
    synchronized void put(Key key, ResidentCorpus corpus, OffsetDateTime serverStartedAt) {
        ResidentCorpus present = corpora.get(key);
        if (!serverStartedAt.equals(serverStart)
                || present != null && present.version() >= corpus.version()
                || corpus.bytes() > capacityBytes) {
            return;
        }
        usedBytes += corpus.bytes() - (present == null ? 0 : present.bytes());
        corpora.put(key, corpus);
        while (usedBytes > capacityBytes) {
            Key eldest = corpora.keySet().iterator().next();
            ResidentCorpus evicted = corpora.remove(eldest);
            usedBytes -= evicted == null ? 0 : evicted.bytes();
        }
    }

    /** Frees the memory of corpora that are searched by another index now. */
    synchronized void forget(Collection<Long> corpusNos, int modelNo) {
        for (Long corpusNo : corpusNos) {
            ResidentCorpus forgotten = corpora.remove(new Key(corpusNo, modelNo));
            usedBytes -= forgotten == null ? 0 : forgotten.bytes();
        }
    }

    /** The corpora that searches of this replica keep in memory, by whatever model. */
    synchronized Set<Long> corpusNos() {
        return corpora.keySet().stream().map(Key::corpusNo).collect(Collectors.toSet());
    }

    /** Whether a corpus of that size can be kept without another having to go. */
    synchronized boolean hasRoom(Key key, long bytes) {
        ResidentCorpus present = corpora.get(key);
        return usedBytes - (present == null ? 0 : present.bytes()) + bytes <= capacityBytes;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }
}
