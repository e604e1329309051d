package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.CpuTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PhraseMatcherTest {
    private static final Stems AS_THEY_ARE = new Stems(Languages.SIMPLE, Map.of());

    private static List<String> words(Random random, int count) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(random.nextInt(3) == 0 ? "bee" : "ant");
        }
        return words;
    }

    private static boolean matches(List<String> phrase, List<String> text) {
        return new PhraseMatcher(AS_THEY_ARE, List.of(phrase)).matches(Analyzer.tokens(String.join(" ", text)));
    }

    @Test
    void aPhraseIsFoundWhereverItsWordsFollowOneAnother() {
        Random random = new Random(7);
        int found = 0;
        for (int round = 0; round < 5_000; round++) {
            // Given
            List<String> phrase = words(random, 1 + random.nextInt(7));
            List<String> text = words(random, random.nextInt(25));
            // When, then
            boolean expected = Collections.indexOfSubList(text, phrase) >= 0;
            assertThat(matches(phrase, text)).as("%s in %s", phrase, text).isEqualTo(expected);
            found += expected ? 1 : 0;
        }
        assertThat(found).isBetween(500, 4_500);
    }

    @Test
    void aTextThatAlmostMatchesEverywhereCostsNoMoreThanAnother() {
        // Given a phrase of which a text has all but the last word, from each of its words on
        List<String> phrase = new ArrayList<>(Collections.nCopies(10_000, "ant"));
        phrase.add("bee");
        List<String> text = Collections.nCopies(200_000, "ant");
        // When, then: two thousand million comparisons would take longer
        Duration took = CpuTime.of(() -> assertThat(matches(phrase, text)).isFalse());
        assertThat(took).isLessThan(Duration.ofSeconds(2));
    }
}
