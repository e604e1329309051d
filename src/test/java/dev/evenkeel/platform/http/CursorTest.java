package dev.evenkeel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a cursor comes out of it, and nothing else is taken for one. */
class CursorTest {
    @Test
    void keepsItsKeys() {
        assertThat(Cursor.decode(Cursor.encode("a"), 1)).containsExactly("a");
        assertThat(Cursor.decode(Cursor.encode("2026-11-21T10:00:00Z", "", "ü / \uD83D\uDE00"), 3))
                .containsExactly("2026-11-21T10:00:00Z", "", "ü / \uD83D\uDE00");
        assertThat(Cursor.encode("any", "key")).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "a b", "YQ==x", "%00", "YQ", "\u00e9", "null"})
    void refusesWhatIsNoCursorOfTwoKeys(String text) {
        assertThatThrownBy(() -> Cursor.decode(text, 2)).isInstanceOfSatisfying(ProblemException.class, failure -> {
            if (failure.problem().errors() == null) {
                throw new AssertionError("no field is named");
            }
            assertThat(failure.problem().status()).isEqualTo(400);
        });
    }

    @Test
    void refusesACursorOfAnotherList() {
        assertThatThrownBy(() -> Cursor.decode(Cursor.encode("a", "b", "c"), 2)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Cursor.decode("A".repeat(1025), 1)).isInstanceOf(ProblemException.class);
    }

    @Test
    void anyTextIsEitherACursorOrRefused() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
            try {
                assertThat(Cursor.decode(text, 1)).hasSize(1);
            } catch (ProblemException refused) {
                assertThat(refused.problem().status()).isEqualTo(400);
            }
        }
    }
}
