package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HyphenationTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a file contain-~ing words|a file containing~words",
                "the end of con-~taining, and more|the end of containing,~and more",
                "Inter-~national|International",
                "soft­~ware here|software~here",
                "one contain-~ing two contain-~ing three|one containing~two containing~three",
                "part A-~b and 3-~d stay|part A-~b and 3-~d stay",
                "Jean-~Paul stays|Jean-~Paul stays",
                "a dash -~at the end|a dash -~at the end",
                "über-~raschend|überraschend",
                "no hyphen~at all|no hyphen~at all"
            })
    void dividedWordsAreJoined(String divided, String joined) {
        assertThat(Hyphenation.join(List.of(divided.replace('~', '\n')))).containsExactly(joined.replace('~', '\n'));
    }

    @Test
    void compoundsOfTheDocumentKeepTheirHyphen() {
        // Given pages that use the compound, or its parts, elsewhere
        List<String> pages =
                List.of("a well-known fact", "it is a well-\nknown thing", "state and owned", "state-\nowned");
        // Then
        assertThat(Hyphenation.join(pages)).isEqualTo(pages);
    }

    @Test
    void theWholeWordElsewhereDecides() {
        assertThat(Hyphenation.join(List.of("under stand understand", "under-\nstand it")))
                .containsExactly("under stand understand", "understand\nit");
    }
}
