package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SegmentCacheTest {
    @Test
    void whatWasNotUsedLatelyLeavesFirst() {
        // Given room for three segments of 100 documents (1,264 bytes each)
        SegmentCache cache = new SegmentCache(3 * 1_264);
        cache.put(1, segment());
        cache.put(2, segment());
        cache.put(3, segment());
        assertThat(cache.get(1)).isNotNull();
        // When a fourth comes; then the one not used for longest is gone, and the bytes add up
        cache.put(4, segment());
        assertThat(cache.get(2)).isNull();
        assertThat(cache.get(1)).isNotNull();
        assertThat(cache.usedBytes()).isEqualTo(3 * 1_264);
        // And putting the same again counts once
        cache.put(4, segment());
        assertThat(cache.usedBytes()).isEqualTo(3 * 1_264);
    }

    @Test
    void rememberedWordsAreBounded() {
        // Given a cache for 100 words of which one is used all the time
        GenerationalCache<String, String> cache = new GenerationalCache<>(100);
        cache.put("often", "oft");
        // When 10,000 others pass through
        int known = 0;
        for (int i = 0; i < 10_000; i++) {
            cache.put("word" + i, "stem");
            assertThat(cache.get("often")).isEqualTo("oft");
        }
        for (int i = 0; i < 10_000; i++) {
            known += cache.get("word" + i) == null ? 0 : 1;
        }
        // Then the one stays, and no more than 100 are known
        assertThat(known).isBetween(1, 100);
    }

    private static Segment segment() {
        return new Segment(new SegmentDocuments(new long[100], new int[100]), null);
    }
}
