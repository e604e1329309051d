package dev.evenkeel.platform.search;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A map of what was used lately, bounded by the number of entries and by their memory; the least recently used leave first.
 * Safe from any thread.
 */
public final class WeightedCache<K, V> {
    private final int maxEntries;
    private final long capacityBytes;
    private final ToLongBiFunction<K, V> bytesOf;
    private final Map<K, V> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long usedBytes;

    /**
     * @param maxEntries at 0 nothing is kept
     * @param bytesOf about how much memory an entry takes; always the same for the same entry
     */
    public WeightedCache(int maxEntries, long capacityBytes, ToLongBiFunction<K, V> bytesOf) {
        this.maxEntries = maxEntries;
        this.capacityBytes = capacityBytes;
        this.bytesOf = bytesOf;
    }

    public synchronized @Nullable V get(K key) {
        return entries.get(key);
    }

    /** Keeps an entry, unless it alone takes more than there is room for. */
    public synchronized void put(K key, V value) {
        V replaced = entries.remove(key);
        usedBytes -= replaced == null ? 0 : bytesOf.applyAsLong(key, replaced);
        long bytes = bytesOf.applyAsLong(key, value);
        if (bytes > capacityBytes) {
            return;
        }
        entries.put(key, value);
        usedBytes += bytes;
        Iterator<Map.Entry<K, V>> oldest = entries.entrySet().iterator();
        while ((usedBytes > capacityBytes || entries.size() > maxEntries) && oldest.hasNext()) {
            Map.Entry<K, V> evicted = oldest.next();
            usedBytes -= bytesOf.applyAsLong(evicted.getKey(), evicted.getValue());
            oldest.remove();
        }
    }

    public synchronized long usedBytes() {
        return usedBytes;
    }

    public synchronized int size() {
        return entries.size();
    }
}
