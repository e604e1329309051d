package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

    @Test
    void manyThreadsCountAtOnce() {
        assertThat(IntStream.range(0, 64).parallel().map(i -> new TokenCounter().count("hello world")))
                .containsOnly(2);
    }
}
