package dev.evenkeel.platform.search.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.search.ChunkSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidentCorpusTest {
    private static final int DIMENSION = 128;
    private static final int WORDS = Vectors.words(DIMENSION);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void afterAnyChangesItHoldsWhatAMapWouldHold(long seed) {
        // Given
        Random random = new Random(seed);
        TreeMap<Long, float[]> expected = new TreeMap<>();
        ResidentCorpus corpus = ResidentCorpus.of(1, List.of());
        long next = 1;

        // When chunks come and go in many small changes
        for (int version = 2; version < 200; version++) {
            TreeMap<Long, float[]> added = new TreeMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                added.put(next++, vector(random));
            }
            Set<Long> removed = new HashSet<>();
            for (Long candidate : List.copyOf(expected.keySet())) {
                if (random.nextInt(20) == 0) {
                    removed.add(candidate);
                }
            }
            removed.forEach(expected::remove);
            expected.putAll(added);
            corpus = corpus.with(version, List.of(segment(added)), removed);
        }

        // Then a scan that asks for everything finds exactly what is there
        long[] all =
                HammingScan.nearest(List.of(corpus), ChunkSet.ALL, Vectors.signs(vector(random)), Integer.MAX_VALUE);
        assertThat(Arrays.stream(all).boxed().distinct().sorted()).containsExactlyElementsOf(expected.keySet());
        assertThat(corpus.segments().size()).isLessThanOrEqualTo(8);
    }

    @Test
    void pagesAreJoinedAsTheyWereRead() {
        // Given
        Random random = new Random(3);
        TreeMap<Long, float[]> first = new TreeMap<>();
        TreeMap<Long, float[]> second = new TreeMap<>();
        for (long no = 1; no <= 70; no++) {
            (no <= 50 ? first : second).put(no, vector(random));
        }

        // When
        SignSegment joined = SignSegment.joined(WORDS, List.of(segment(first), segment(second)));

        // Then
        TreeMap<Long, float[]> both = new TreeMap<>(first);
        both.putAll(second);
        SignSegment whole = segment(both);
        assertThat(joined.chunkNos()).isEqualTo(whole.chunkNos());
        assertThat(joined.bits()).isEqualTo(whole.bits());
        assertThat(SignSegment.joined(WORDS, List.of()).size()).isZero();
    }

    @Test
    void manySmallChangesLeaveALargeSegmentAlone() {
        // Given
        Random random = new Random(4);
        TreeMap<Long, float[]> large = new TreeMap<>();
        for (long no = 1; no <= 5_000; no++) {
            large.put(no, vector(random));
        }
        SignSegment segment = segment(large);
        ResidentCorpus corpus = ResidentCorpus.of(1, List.of(segment));

        // When
        for (long no = 5_001; no <= 5_300; no++) {
            corpus = corpus.with(no, List.of(segment(new TreeMap<>(java.util.Map.of(no, vector(random))))), Set.of());
        }

        // Then it has not been copied, and nothing is lost
        assertThat(corpus.segments()).hasSizeLessThanOrEqualTo(8).contains(segment);
        assertThat(corpus.size()).isEqualTo(5_300);
    }

    @Test
    void aScanFindsTheNearestAndNeverMoreThanWanted() {
        // Given
        Random random = new Random(42);
        TreeMap<Long, float[]> vectors = new TreeMap<>();
        for (long no = 1; no <= 5_000; no++) {
            vectors.put(no, vector(random));
        }
        List<SignSegment> segments = List.of(segment(vectors));
        long[] query = Vectors.signs(vector(random));

        // When
        long[] nearest = HammingScan.nearest(resident(segments), ChunkSet.ALL, query, 100);

        // Then none that was left out is nearer than one that was taken
        SignSegment segment = segments.get(0);
        Set<Long> taken = new HashSet<>();
        Arrays.stream(nearest).forEach(taken::add);
        int farthestTaken = 0;
        int nearestLeft = Integer.MAX_VALUE;
        for (int i = 0; i < segment.size(); i++) {
            int distance = segment.distance(query, i);
            if (taken.contains(segment.chunkNos()[i])) {
                farthestTaken = Math.max(farthestTaken, distance);
            } else {
                nearestLeft = Math.min(nearestLeft, distance);
            }
        }
        assertThat(taken).hasSize(100);
        assertThat(farthestTaken).isLessThanOrEqualTo(nearestLeft);
    }

    @Test
    void theExactNeighboursOfClusteredVectorsAreAmongTheCandidates() {
        // Given 20,000 vectors around 200 centres, as texts are around topics
        Random random = new Random(7);
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            centres.add(vector(random));
        }
        TreeMap<Long, float[]> vectors = new TreeMap<>();
        for (long no = 1; no <= 20_000; no++) {
            vectors.put(no, near(centres.get((int) (no % 200)), random));
        }
        List<SignSegment> segments = List.of(segment(vectors));

        // When each query asks for its ten nearest, from 400 candidates
        int found = 0;
        for (int q = 0; q < 20; q++) {
            float[] query = near(centres.get(q), random);
            Set<Long> candidates = new HashSet<>();
            Arrays.stream(HammingScan.nearest(resident(segments), ChunkSet.ALL, Vectors.signs(query), 400))
                    .forEach(candidates::add);
            found += vectors.entrySet().stream()
                    .sorted(Comparator.comparingDouble(entry -> -Vectors.cosine(query, entry.getValue())))
                    .limit(10)
                    .filter(entry -> candidates.contains(entry.getKey()))
                    .count();
        }

        // Then recall at 10 is at least 0.97
        assertThat(found / 200.0).isGreaterThanOrEqualTo(0.97);
    }

    @Test
    void shortQuestionsToLongTextsFindTheirNeighboursToo() {
        // Given texts of 64 words, common ones and rare ones, and questions of eight; a vector is the sum of its words'
        Random random = new Random(11);
        List<float[]> words = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            words.add(vector(random));
        }
        TreeMap<Long, float[]> vectors = new TreeMap<>();
        for (long no = 1; no <= 20_000; no++) {
            vectors.put(no, text(words, 64, random));
        }
        List<ResidentCorpus> resident = resident(List.of(segment(vectors)));

        // When each asks for its ten nearest, from 400 candidates
        int bySigns = 0;
        int found = 0;
        for (int q = 0; q < 30; q++) {
            float[] query = text(words, 8, random);
            List<Long> nearest = vectors.entrySet().stream()
                    .sorted(Comparator.comparingDouble(entry -> -Vectors.cosine(query, entry.getValue())))
                    .limit(10)
                    .map(java.util.Map.Entry::getKey)
                    .toList();
            long[] candidates = CandidateScan.nearest(resident, ChunkSet.ALL, query, 400);
            assertThat(candidates).hasSize(400).doesNotHaveDuplicates();
            found += count(nearest, candidates);
            bySigns += count(nearest, HammingScan.nearest(resident, ChunkSet.ALL, Vectors.signs(query), 400));
        }

        // Then most are among them, and more than signs alone would find
        assertThat(found / 300.0).isGreaterThanOrEqualTo(0.93);
        assertThat(found).isGreaterThan(bySigns);
    }

    private static long count(List<Long> nearest, long[] candidates) {
        return Arrays.stream(candidates).filter(nearest::contains).count();
    }

    private static float[] text(List<float[]> words, int length, Random random) {
        float[] sum = new float[DIMENSION];
        for (int i = 0; i < length; i++) {
            // The n-th word occurs about as often as 1 / n.
            float[] word = words.get((int) Math.pow(words.size(), random.nextDouble()) - 1);
            for (int d = 0; d < sum.length; d++) {
                sum[d] += word[d];
            }
        }
        return sum;
    }

    @Test
    void theProductWithSignsIsThatOfTheQueryWhereTheyArePositive() {
        // Given
        Random random = new Random(3);
        float[] query = vector(random);
        float[] chunk = vector(random);
        SignSegment segment = segment(new TreeMap<>(java.util.Map.of(7L, chunk)));

        // When, then
        double expected = 0;
        for (int i = 0; i < query.length; i++) {
            expected += chunk[i] > 0 ? query[i] : 0;
        }
        assertThat(new SignProduct(query).of(segment, 0))
                .isCloseTo((float) expected, org.assertj.core.data.Offset.offset(1e-3f));
    }

    @Test
    void vectorsSurviveTheirBytes() {
        // Given
        float[] vector = {0.5f, -1.25f, 0f, Float.MIN_VALUE, 3e30f};

        // When, then
        assertThat(Vectors.fromBytes(Vectors.toBytes(vector))).containsExactly(vector);
        assertThat(Vectors.signs(vector)).containsExactly(0b11001L);
        assertThat(Vectors.cosine(vector, new float[5])).isZero();
    }

    private static List<ResidentCorpus> resident(List<SignSegment> segments) {
        return List.of(new ResidentCorpus(1, segments, Set.of()));
    }

    private static float[] vector(Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static float[] near(float[] centre, Random random) {
        float[] vector = centre.clone();
        for (int i = 0; i < vector.length; i++) {
            vector[i] += (float) random.nextGaussian() * 0.5f;
        }
        return vector;
    }

    private static SignSegment segment(TreeMap<Long, float[]> vectors) {
        ByteBuffer packed = ByteBuffer.allocate(vectors.size() * Long.BYTES * (1 + WORDS));
        vectors.forEach((no, vector) -> packed.putLong(no).put(Vectors.signBytes(vector)));
        return SignSegment.read(WORDS, packed.array());
    }
}
