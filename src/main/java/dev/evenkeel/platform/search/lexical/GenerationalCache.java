package dev.evenkeel.platform.search.lexical;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map of what was used lately: entries not read during a whole generation are forgotten. Cheaper under
 * contention than an exact least-recently-used list. Safe from any thread.
 */
final class GenerationalCache<K, V> {
    private final int generationSize;
    private volatile Map<K, V> young = new ConcurrentHashMap<>();
    private volatile Map<K, V> old = new ConcurrentHashMap<>();

    /** Holds between {@code capacity / 2} and {@code capacity} entries once it is full. */
    GenerationalCache(int capacity) {
        this.generationSize = Math.max(1, capacity / 2);
    }

    @Nullable V get(K key) {
        V value = young.get(key);
        if (value == null) {
            value = old.get(key);
            if (value != null) {
                put(key, value);
            }
        }
        return value;
    }

    void put(K key, V value) {
        if (young.size() >= generationSize) {
            turnOver();
        }
        young.put(key, value);
    }

    private synchronized void turnOver() {
        if (young.size() >= generationSize) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
