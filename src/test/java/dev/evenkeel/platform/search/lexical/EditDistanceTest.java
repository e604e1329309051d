package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "okapi, okapi, 0",
        "okapi, okap, 1",
        "okapi, okapis, 1",
        "okapi, okaqi, 1",
        "okapi, oakpi, 1",
        "okapi, kaopi, 2",
        "kitten, sitting, 3",
        "ab, ba, 1",
        "'', ab, 2",
        "'', '', 0"
    })
    void changesAreCounted(String a, String b, int distance) {
        assertThat(EditDistance.between(a, b, 3)).isEqualTo(distance);
        assertThat(EditDistance.between(b, a, 3)).isEqualTo(distance);
    }

    @Test
    void whatIsTooFarIsNotMeasured() {
        assertThat(EditDistance.between("kitten", "sitting", 2)).isEqualTo(3);
        assertThat(EditDistance.between("abcdef", "uvwxyz", 2)).isEqualTo(3);
        assertThat(EditDistance.between("a", "abcdefgh", 2)).isEqualTo(3);
    }
}
