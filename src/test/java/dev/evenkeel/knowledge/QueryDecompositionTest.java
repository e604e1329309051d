package dev.evenkeel.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.CpuTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryDecompositionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "what is position sizing",
                "What is position sizing?",
                "salt and pepper",
                "installation and configuration of the service",
                "to be or not to be",
                "\"what is a and how is b\"",
                "compare",
                "vs",
                "?",
                "??",
                "and how",
                "",
                " ",
                "difference between",
                "Was ist das und wie geht es?",
                "R&D vs.",
                "android oracle vsync comparable"
            })
    void whatIsNotCompoundStaysWhole(String query) {
        assertThat(QueryDecomposition.parts(query)).containsExactly(query);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "what is position sizing and how does it affect risk|what is position sizing|how does position sizing affect risk",
                "What is a bowline? How is it tied?|What is a bowline|How is bowline tied",
                "how does autovacuum work and when should it be disabled|how does autovacuum work|when should autovacuum be disabled",
                "where is the config, and which keys does it have|where is the config|which keys does config have",
                "install the server and how do I start the client|install the server|how do I start the client",
                "postgres vs mysql|postgres|mysql",
                "postgres versus mysql for full text search|postgres for full text search|mysql for full text search",
                "performance of postgres vs. mysql|performance of postgres|performance of mysql",
                "compare bowlines and clove hitches|bowlines|clove hitches",
                "What is the difference between RRF and min-max?|RRF|min-max",
                "BM25 compared to cosine|BM25|cosine",
            })
    void aCompoundQuestionIsTakenApartAndKeepsItsSubject(String query, String first, String second) {
        assertThat(QueryDecomposition.parts(query)).containsExactly(first, second);
    }

    @Test
    void manyPartsAreBounded() {
        assertThat(QueryDecomposition.parts("a1? b1? c1? d1? e1? f1?")).containsExactly("a1", "b1", "c1", "d1");
        assertThat(QueryDecomposition.parts("a1 vs b1 vs c1")).isEqualTo(List.of("a1", "b1", "c1"));
        assertThat(QueryDecomposition.parts("same? same?")).containsExactly("same? same?");
    }

    @Test
    void runsOfBlanksTakeNoTime() {
        String blanks = " ".repeat(980);
        Duration time = CpuTime.of(() -> {
            for (String query :
                    List.of("a" + blanks + "b", "compare" + blanks + "x", "a vs" + "\n\t ".repeat(300) + "b")) {
                assertThat(QueryDecomposition.parts(query)).hasSizeLessThanOrEqualTo(2);
            }
            assertThat(QueryDecomposition.parts("what is" + blanks.substring(0, 900) + "a1 and how is b1"))
                    .containsExactly("what is a1", "how is b1");
        });
        assertThat(time).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void longAndHostileTextsTakeNoTime() {
        String and = "how is it and ".repeat(70);
        Duration time = CpuTime.of(() -> {
            for (String query :
                    List.of(and, " vs".repeat(300), "compare ".repeat(120), "a, ".repeat(300), "?".repeat(999))) {
                assertThat(QueryDecomposition.parts(query)).isNotEmpty().hasSizeLessThanOrEqualTo(4);
            }
            assertThat(QueryDecomposition.parts("what is a? ".repeat(200))).hasSize(1);
        });
        assertThat(time).isLessThan(Duration.ofMillis(500));
    }
}
