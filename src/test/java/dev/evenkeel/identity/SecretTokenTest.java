package dev.evenkeel.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets: their form, and that a typing error is noticed without a query. */
class SecretTokenTest {
    private static final int MANY = 500;

    @ParameterizedTest
    @EnumSource(SecretKind.class)
    void everySecretHasItsForm(SecretKind kind) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            SecretToken secret = SecretToken.issue(kind);
            assertThat(secret.text()).matches(kind.prefix() + "[0-9a-z]{57}");
            assertThat(SecretToken.isWellFormed(kind, secret.text())).isTrue();
            assertThat(secret.hash()).hasSize(32).isEqualTo(SecretToken.sha256(secret.text()));
            assertThat(secret.start()).hasSize(12).startsWith(kind.prefix());
            assertThat(secret.toString()).doesNotContain(secret.text());
            seen.add(secret.text());
        }
        assertThat(seen).hasSize(MANY);
    }

    @Test
    void aChangedCharacterIsNoticed() {
        Random random = new Random(7);
        for (int i = 0; i < MANY; i++) {
            // Given
            String text = SecretToken.issue(SecretKind.PERSONAL_TOKEN).text();
            int at = SecretKind.PERSONAL_TOKEN.prefix().length() + random.nextInt(57);
            char other = text.charAt(at) == 'x' ? 'y' : 'x';
            // When
            String changed = text.substring(0, at) + other + text.substring(at + 1);
            // Then
            assertThat(SecretToken.isWellFormed(SecretKind.PERSONAL_TOKEN, changed))
                    .isFalse();
        }
    }

    @Test
    void aSecretIsOfOneKindOnly() {
        String text = SecretToken.issue(SecretKind.PERSONAL_TOKEN).text();

        assertThat(SecretToken.isWellFormed(SecretKind.COLLECTION_TOKEN, text)).isFalse();
        assertThat(SecretToken.isWellFormed(
                        SecretKind.COLLECTION_TOKEN, text.replace("ek_pat_", SecretKind.COLLECTION_TOKEN.prefix())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ek_pat_", "ek_pat_0", "EK_PAT_", "ek_pat_\u0000"})
    void whatIsNoSecretIsRefused(String text) {
        String valid = SecretToken.issue(SecretKind.PERSONAL_TOKEN).text();

        assertThat(SecretToken.isWellFormed(SecretKind.PERSONAL_TOKEN, text)).isFalse();
        assertThat(SecretToken.isWellFormed(SecretKind.PERSONAL_TOKEN, valid + text + "0"))
                .isFalse();
        assertThat(SecretToken.isWellFormed(SecretKind.PERSONAL_TOKEN, valid.substring(1)))
                .isFalse();
        assertThat(SecretToken.isWellFormed(SecretKind.PERSONAL_TOKEN, valid.toUpperCase(Locale.ROOT)))
                .isFalse();
    }
}
