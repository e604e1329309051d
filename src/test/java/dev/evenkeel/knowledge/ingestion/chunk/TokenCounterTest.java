package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCounterTest {

    private final TokenCounter counter = new TokenCounter();

    @Test
    void tokensAreThoseOfCl100kBase() {
        // Published examples of the encoding
        assertThat(counter.count("")).isZero();
        assertThat(counter.count("hello world")).isEqualTo(2);
        assertThat(counter.count("tiktoken is great!")).isEqualTo(6);
        assertThat(counter.count("antidisestablishmentarianism")).isEqualTo(6);
        assertThat(counter.count("2 + 2 = 4")).isEqualTo(7);
        assertThat(counter.count("お誕生日おめでとう")).isEqualTo(9);
    }

    @Test
    void namesOfSpecialTokensAreOrdinaryText() {
        assertThat(counter.count("<|endoftext|>")).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyTextHasAsManyTokensAsItsEncoding(long seed) {
        // Given texts of many scripts, with marks, contractions and numbers, and pieces cut out of them
        Random random = new Random(seed);
        RandomText texts = new RandomText(random);
        Encoding encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
        for (int i = 0; i < 25; i++) {
            String text = texts.document(12) + texts.knots(400);
            int from = text.offsetByCodePoints(0, random.nextInt(20));
            int to = text.offsetByCodePoints(text.length(), -random.nextInt(20));

            // Then a count is the encoding's, the first time and when its words are known
            int expected = encoding.countTokensOrdinary(text.substring(from, to));
            assertThat(counter.count(text, from, to)).isEqualTo(expected);
            assertThat(counter.count(text, from, to)).isEqualTo(expected);
        }
    }

    @Test
    void manyThreadsCountAtOnce() {
        assertThat(IntStream.range(0, 64).parallel().map(i -> new TokenCounter().count("hello world")))
                .containsOnly(2);
    }
}
