package dev.evenkeel.platform.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedCacheTest {
    private static WeightedCache<String, String> cache(int entries, long bytes) {
        return new WeightedCache<>(entries, bytes, (key, value) -> value.length());
    }

    @Test
    void whatWasNotUsedLatelyLeavesFirst() {
        // Given room for three values of 100 bytes
        WeightedCache<String, String> cache = cache(Integer.MAX_VALUE, 300);
        String value = "x".repeat(100);
        cache.put("1", value);
        cache.put("2", value);
        cache.put("3", value);
        assertThat(cache.get("1")).isNotNull();

        // When a fourth comes; then the one not used for longest is gone, and the bytes add up
        cache.put("4", value);
        assertThat(cache.get("2")).isNull();
        assertThat(cache.get("1")).isEqualTo(value);
        assertThat(cache.usedBytes()).isEqualTo(300);

        // And putting another value of the same key counts it once
        cache.put("4", "y");
        assertThat(cache.get("4")).isEqualTo("y");
        assertThat(cache.usedBytes()).isEqualTo(201);
        assertThat(cache.size()).isEqualTo(3);
    }

    @Test
    void entriesAreCountedToo() {
        WeightedCache<String, String> cache = cache(2, 1_000);
        cache.put("1", "a");
        cache.put("2", "b");
        cache.put("3", "c");

        assertThat(cache.get("1")).isNull();
        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.usedBytes()).isEqualTo(2);
    }

    @Test
    void ofSizeZeroNothingIsKeptNorWhatIsTooLarge() {
        WeightedCache<String, String> none = cache(0, 1_000);
        none.put("1", "a");
        assertThat(none.get("1")).isNull();
        assertThat(none.usedBytes()).isZero();

        WeightedCache<String, String> small = cache(10, 5);
        small.put("1", "abc");
        small.put("2", "too large");
        assertThat(small.get("2")).isNull();
        assertThat(small.get("1")).as("it does not have to leave for it").isEqualTo("abc");
        small.put("1", "too large");
        assertThat(small.get("1")).as("what it was is not true any more").isNull();
        assertThat(small.usedBytes()).isZero();
    }

    @Test
    void manyThreadsKeepItWithinItsBounds() {
        // Given
        WeightedCache<String, String> cache = cache(50, 2_000);
        AtomicInteger wrong = new AtomicInteger();

        // When
        IntStream.range(0, 20_000).parallel().forEach(i -> {
            String key = "key" + i % 97;
            cache.put(key, key.repeat(1 + i % 7));
            String value = cache.get("key" + i % 89);
            if (value != null && !value.startsWith("key" + i % 89)) {
                wrong.incrementAndGet();
            }
        });

        // Then
        assertThat(wrong).hasValue(0);
        assertThat(cache.size()).isBetween(1, 50);
        assertThat(cache.usedBytes()).isBetween(1L, 2_000L);
    }
}
