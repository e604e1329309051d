package dev.evenkeel.bench.ledger;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the service acknowledged, and what was sent without ever getting an answer. The first must be there exactly once; the
 * second may be there once or not at all.
 */
public final class Ledger {

    private final ConcurrentLinkedQueue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Set<String> unknownPaths = ConcurrentHashMap.newKeySet();

    void acknowledge(Acknowledged document) {
        acknowledged.add(document);
    }

    void unknown(String sourcePath) {
        unknownPaths.add(sourcePath);
    }

    public List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Paths of requests whose fate the client never learnt. */
    public Set<String> unknownPaths() {
        return Set.copyOf(unknownPaths);
    }
}
