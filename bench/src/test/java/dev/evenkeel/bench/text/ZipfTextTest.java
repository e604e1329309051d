package dev.evenkeel.bench.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ZipfTextTest {

    @Test
    void wordFrequenciesFollowTheLaw() {
        // Given
        ZipfText text = new ZipfText(10_000, 1);
        Map<String, Integer> counts = new HashMap<>();

        // When
        for (int i = 0; i < 200_000; i++) {
            counts.merge(text.draw(), 1, Integer::sum);
        }

        // Then p(0) / p(99) = ((100 + 2.7) / (1 + 2.7)) ^ 1.07 = 35.0
        double ratio = (double) counts.getOrDefault(text.word(0), 0) / counts.getOrDefault(text.word(99), 1);
        assertThat(ratio).isBetween(27.0, 45.0);
        assertThat(counts.size()).isGreaterThan(7_000);
    }

    @Test
    void theSameSeedGivesTheSameText() {
        assertThat(new ZipfText(5_000, 3).document(2, 500)).isEqualTo(new ZipfText(5_000, 3).document(2, 500));
        assertThat(new ZipfText(5_000, 3).paragraph(500)).isNotEqualTo(new ZipfText(5_000, 4).paragraph(500));
    }
}
