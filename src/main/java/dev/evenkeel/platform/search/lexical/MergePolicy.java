package dev.evenkeel.platform.search.lexical;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Decides which segments of a corpus are merged next. Small segments are merged together when they are many, large or
 * old; merged segments are merged again when there are {@code mergeFactor} of one size class, so that their number grows
 * with the logarithm of the corpus.
 */
final class MergePolicy {
    private static final int SMALLEST_CLASS_CHUNKS = 64;

    /** Small segments merged at once; bounds the memory of a merge. */
    private static final int MAX_TAIL_CHUNKS = 4_096;

    private final LexicalConfig config;

    MergePolicy(LexicalConfig config) {
        this.config = config;
    }

    /** A segment as the policy sees it. */
    record Candidate(long segmentNo, int chunks, boolean merged, long ageMs) {}

    /** The segments to be merged into one, oldest first; empty when nothing is due. */
    List<Candidate> choose(List<Candidate> segments) {
        List<Candidate> tail = segments.stream()
                .filter(segment -> !segment.merged())
                .sorted(Comparator.comparingLong(Candidate::segmentNo))
                .toList();
        return tailIsDue(tail) ? oldestOf(tail) : fullClass(segments);
    }

    private boolean tailIsDue(List<Candidate> tail) {
        int chunks = tail.stream().mapToInt(Candidate::chunks).sum();
        Duration oldest = Duration.ofMillis(
                tail.stream().mapToLong(Candidate::ageMs).max().orElse(0));
        return tail.size() >= config.tailSegments()
                || chunks >= config.tailChunks()
                || !tail.isEmpty() && oldest.compareTo(config.tailAge()) >= 0;
    }

    private static List<Candidate> oldestOf(List<Candidate> tail) {
        int chunks = 0;
        int count = 0;
        while (count < tail.size() && chunks < MAX_TAIL_CHUNKS) {
            chunks += tail.get(count).chunks();
            count++;
        }
        return tail.subList(0, count);
    }

    private List<Candidate> fullClass(List<Candidate> segments) {
        Map<Integer, List<Candidate>> classes = segments.stream()
                .filter(segment -> segment.merged() && segment.chunks() < config.largestMerge())
                .collect(Collectors.groupingBy(segment -> sizeClass(segment.chunks())));
        return classes.entrySet().stream()
                .filter(sized -> sized.getValue().size() >= config.mergeFactor())
                .min(Map.Entry.comparingByKey())
                .map(sized -> sized.getValue().stream()
                        .sorted(Comparator.comparingLong(Candidate::segmentNo))
                        .limit(config.mergeFactor())
                        .toList())
                .orElse(List.of());
    }

    private int sizeClass(int chunks) {
        int sizeClass = 0;
        long bound = SMALLEST_CLASS_CHUNKS;
        while (chunks >= bound) {
            bound *= config.mergeFactor();
            sizeClass++;
        }
        return sizeClass;
    }
}
