package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GenerationalCacheTest {
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
}
