package dev.evenkeel.platform.search.lexical;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Segments in memory, the least recently used leave first. A segment number stands for the same content for ever, so
 * nothing here can be stale. Safe from any thread.
 */
final class SegmentCache {
    private final long capacityBytes;
    private final Map<Long, Segment> segments = new LinkedHashMap<>(64, 0.75f, true);
    private long usedBytes;

    SegmentCache(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    synchronized @Nullable Segment get(long segmentNo) {
        return segments.get(segmentNo);
    }

    synchronized void put(long segmentNo, Segment segment) {
        Segment replaced = segments.put(segmentNo, segment);
        usedBytes += segment.memoryBytes() - (replaced == null ? 0 : replaced.memoryBytes());
        Iterator<Segment> oldest = segments.values().iterator();
        while (usedBytes > capacityBytes && oldest.hasNext()) {
            usedBytes -= oldest.next().memoryBytes();
            oldest.remove();
        }
    }

    synchronized long usedBytes() {
        return usedBytes;
    }
}
