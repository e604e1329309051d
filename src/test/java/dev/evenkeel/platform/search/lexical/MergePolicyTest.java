package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.search.lexical.MergePolicy.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergePolicyTest {
    private static final MergePolicy POLICY = new MergePolicy(new Patient());

    /** Waits for 100 chunks, 10 segments or 30 seconds; merges four of a class, up to 10,000 chunks. */
    private record Patient() implements LexicalConfig {
        @Override
        public int cachedWords() {
            return 1;
        }

        @Override
        public long cacheBytes() {
            return 1;
        }

        @Override
        public int postingsBudget() {
            return 1;
        }

        @Override
        public int candidates() {
            return 1;
        }

        @Override
        public Duration mergeInterval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public int tailChunks() {
            return 100;
        }

        @Override
        public int tailSegments() {
            return 10;
        }

        @Override
        public Duration tailAge() {
            return Duration.ofSeconds(30);
        }

        @Override
        public int mergeFactor() {
            return 4;
        }

        @Override
        public int largestMerge() {
            return 10_000;
        }

        @Override
        public Duration purgeAfter() {
            return Duration.ofHours(1);
        }
    }

    @Test
    void smallSegmentsWaitUntilTheyAreManyLargeOrOld() {
        // Given small segments that are few, young and small; then they wait
        assertThat(POLICY.choose(tail(9, 5, 0))).isEmpty();
        // When they are many, or hold many chunks, or the oldest is old; then all of them are merged
        assertThat(POLICY.choose(tail(10, 5, 0))).hasSize(10);
        assertThat(POLICY.choose(tail(2, 50, 0))).hasSize(2);
        assertThat(POLICY.choose(tail(1, 1, 30_000))).hasSize(1);
        assertThat(POLICY.choose(List.of())).isEmpty();
    }

    @Test
    void oneMergeTakesNoMoreThanFitsIntoMemory() {
        // Given far too many small segments; then the oldest are merged first, until about 4,096 chunks
        List<Candidate> chosen = POLICY.choose(tail(10_000, 10, 0));
        assertThat(chosen).hasSize(410);
        assertThat(chosen.get(0).segmentNo()).isZero();
        assertThat(chosen.get(409).segmentNo()).isEqualTo(409);
    }

    @Test
    void mergedSegmentsOfOneClassAreMergedAndLargeOnesStay() {
        // Given three of one class and others; then nothing is due
        List<Candidate> segments = new ArrayList<>(List.of(merged(1, 100), merged(2, 120), merged(3, 200)));
        segments.add(merged(4, 5_000));
        assertThat(POLICY.choose(segments)).isEmpty();
        // When a fourth comes; then exactly these four are merged
        segments.add(merged(5, 150));
        assertThat(POLICY.choose(segments)).extracting(Candidate::segmentNo).containsExactly(1L, 2L, 3L, 5L);
        // And segments beyond the largest size are left alone, however many
        List<Candidate> large = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            large.add(merged(i, 10_000));
        }
        assertThat(POLICY.choose(large)).isEmpty();
    }

    @Test
    void theNumberOfSegmentsGrowsWithTheLogarithm() {
        // Given 20,000 chunks that arrive in random batches, merged whenever something is due
        Random random = new Random(2);
        List<Candidate> segments = new ArrayList<>();
        long written = 0;
        int chunks = 0;
        for (long no = 1; chunks < 20_000; no += 2) {
            int batch = 1 + random.nextInt(20);
            segments.add(new Candidate(no, batch, false, 0));
            chunks += batch;
            for (List<Candidate> due = POLICY.choose(segments); !due.isEmpty(); due = POLICY.choose(segments)) {
                segments.removeAll(due);
                int sum = due.stream().mapToInt(Candidate::chunks).sum();
                segments.add(merged(no + 1, sum));
                written += sum;
            }
            // Then there are never many segments
            assertThat(segments.size()).isLessThan(30);
        }
        // And each chunk was written a few times only
        assertThat(written).isLessThan(20_000L * 6);
        assertThat(segments.stream().mapToInt(Candidate::chunks).sum()).isEqualTo(chunks);
    }

    private static Candidate merged(long no, int chunks) {
        return new Candidate(no, chunks, true, 0);
    }

    private static List<Candidate> tail(int count, int chunks, long ageMs) {
        List<Candidate> tail = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tail.add(new Candidate(i, chunks, false, ageMs));
        }
        return tail;
    }
}
