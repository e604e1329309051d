package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.platform.search.lexical.LexicalInspection;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which chunks the segments of a corpus hold: 8 bytes of memory a chunk. A segment never changes, so it is read once. */
final class SegmentNumbers {
    private final LexicalInspection index;
    private final long corpusNo;
    private final Map<Long, long[]> segments = new ConcurrentHashMap<>();

    SegmentNumbers(LexicalInspection index, long corpusNo) {
        this.index = index;
        this.corpusNo = corpusNo;
    }

    /**
     * Reads segments that have come, and forgets those that have gone. Where one goes between the list and its turn, the list is read
     * again: what it held is in a segment that a merge made of it.
     */
    Uni<Void> refresh(SqlConnection tx) {
        return index.segments(tx, corpusNo).chain(present -> {
            List<Long> numbers = numbers(present);
            segments.keySet().retainAll(Set.copyOf(numbers));
            Set<Long> unread = new HashSet<>();
            return Multi.createFrom()
                    .iterable(numbers)
                    .select()
                    .where(number -> !segments.containsKey(number))
                    .onItem()
                    .transformToUniAndConcatenate(number -> index.content(tx, corpusNo, number)
                            .invoke(content -> {
                                segments.put(
                                        number,
                                        content.map(LexicalInspection.SegmentContent::chunkNos)
                                                .orElse(new long[0]));
                                if (content.isEmpty()) {
                                    unread.add(number);
                                }
                            }))
                    .collect()
                    .last()
                    .chain(() -> unread.isEmpty()
                            ? Uni.createFrom().item(true)
                            : index.segments(tx, corpusNo)
                                    .map(now -> numbers(now).containsAll(unread)))
                    .chain(all -> all ? Uni.createFrom().voidItem() : refresh(tx));
        });
    }

    private static List<Long> numbers(List<LexicalInspection.SegmentSummary> segments) {
        return segments.stream()
                .map(LexicalInspection.SegmentSummary::segmentNo)
                .toList();
    }

    boolean holds(long chunkNo) {
        for (long[] segment : segments.values()) {
            if (Arrays.binarySearch(segment, chunkNo) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many chunks a search by words cannot find.
     *
     * @param buried of them those that are marked as deleted, ascending
     */
    long missing(long[] chunkNos, long[] buried) {
        return Arrays.stream(chunkNos)
                .filter(number -> Arrays.binarySearch(buried, number) >= 0 || !holds(number))
                .count();
    }

    /** All chunks, ascending. */
    long[] all() {
        return segments.values().stream()
                .flatMapToLong(Arrays::stream)
                .sorted()
                .distinct()
                .toArray();
    }
}
