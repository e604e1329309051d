package dev.evenkeel.platform.search;

import java.util.ArrayList;
import java.util.List;

/** A range of chunk numbers, both ends included. It may hold numbers that belong to other corpora. */
public record ChunkRange(long first, long last) {
    private static final long MAX_GAP = 1_000;

    /** Ranges that contain all of these numbers, which ascend, and no long stretches without one. */
    public static List<ChunkRange> covering(List<Long> ascending) {
        List<ChunkRange> ranges = new ArrayList<>();
        for (long number : ascending) {
            ChunkRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last == null || number - last.last() > MAX_GAP) {
                ranges.add(new ChunkRange(number, number));
            } else {
                ranges.set(ranges.size() - 1, new ChunkRange(last.first(), number));
            }
        }
        return ranges;
    }
}
