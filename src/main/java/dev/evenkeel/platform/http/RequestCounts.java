package dev.evenkeel.platform.http;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Requests of each key within the present second; a bounded number of keys. */
final class RequestCounts {
    private static final int MAX_KEYS = 100_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final AtomicLong second = new AtomicLong();

    /** One request more; how many there are with it. */
    int count(String key) {
        long now = System.nanoTime() / NANOS_PER_SECOND;
        if (second.getAndSet(now) != now) {
            counts.clear();
        }
        if (counts.size() > MAX_KEYS) {
            Iterator<String> oldest = counts.keySet().iterator();
            counts.remove(oldest.next());
        }
        return counts.computeIfAbsent(key, unused -> new AtomicInteger()).incrementAndGet();
    }
}
