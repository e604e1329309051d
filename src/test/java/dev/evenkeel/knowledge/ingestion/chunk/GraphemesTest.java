package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphemesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "é",
                "e\u0301",
                "e\u0301\u0323",
                "🎉",
                "👍🏽",
                "👩‍👩‍👧‍👦",
                "❤️",
                "🇩🇪",
                "각",
                "\u1112\u1161\u11AB",
                "नि",
                "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
                "\r\n"
            })
    void aClusterIsNotCut(String cluster) {
        assertThat(clusters("x" + cluster + "y")).containsExactly("x", cluster, "y");
    }

    @Test
    void flagsGoInPairs() {
        assertThat(clusters("🇩🇪🇫🇷🇮")).containsExactly("🇩🇪", "🇫🇷", "🇮");
    }

    @Test
    void aLimitCutsALongClusterButNotAPair() {
        // Given
        String marks = "e" + "\u0301".repeat(100);
        String joined = "👩" + "\u200D👩".repeat(50);
        // Then
        assertThat(Graphemes.next(marks, 0, 10)).isEqualTo(10);
        int end = Graphemes.next(joined, 0, 10);
        assertThat(Character.isLowSurrogate(joined.charAt(end)) && Character.isHighSurrogate(joined.charAt(end - 1)))
                .isFalse();
    }

    private static List<String> clusters(String text) {
        List<String> clusters = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Graphemes.next(text, start, text.length());
            clusters.add(text.substring(start, end));
            start = end;
        }
        return clusters;
    }
}
