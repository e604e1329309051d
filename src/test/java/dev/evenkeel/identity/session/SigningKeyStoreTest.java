package dev.evenkeel.identity.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Keys of sessions: one is made when one is needed, and its private part opens for its own name only. */
@QuarkusTest
class SigningKeyStoreTest {
    private static final String SIGNING = "select count(*) from signing_key where signs_until > now()";
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Inject
    Database database;

    @Inject
    SigningKeyStore store;

    @Inject
    KeySealing sealing;

    @Inject
    Sql sql;

    @Test
    void replicasThatNeedAKeyAtTheSameTimeMakeOne() {
        // Given no key that signs any more
        sql.rows("update signing_key set signs_until = now()");
        // When
        Concurrently.all(4, i -> ensure(Duration.ZERO));
        // Then
        assertThat(sql.number(SIGNING)).isEqualTo(1);
        // And one that signs for a month is enough for tomorrow, but not for two months
        ensure(Duration.ofDays(1));
        assertThat(sql.number(SIGNING)).isEqualTo(1);
        ensure(Duration.ofDays(29));
        assertThat(sql.number(SIGNING)).isEqualTo(1);
        assertThat(sql.number(
                        "select count(*) from signing_key where verifies_until < signs_until + interval '14 days'"))
                .isZero();
    }

    @Test
    void aKeyOfAnotherInstallationIsReplaced() {
        // Given a key that was sealed with another key
        ensure(Duration.ZERO);
        sql.rows(
                "update signing_key set sealed_private = overlay(sealed_private placing '\\x00000000'::bytea from 20)");
        long before = sql.number(SIGNING);
        // When
        ensure(Duration.ZERO);
        // Then
        assertThat(sql.number(SIGNING)).isEqualTo(before + 1);
    }

    @Test
    void aSealIsForOnePurpose() {
        byte[] secret = "a private key".getBytes(StandardCharsets.UTF_8);
        byte[] sealed = sealing.seal(secret, "first");

        assertThat(sealing.open(sealed, "first"))
                .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(secret));
        assertThat(sealing.open(sealed, "second")).isEmpty();
        assertThat(sealing.seal(secret, "first")).isNotEqualTo(sealed);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("private");
    }

    private boolean ensure(Duration ahead) {
        database.writeSql(tx -> store.ensure(tx, ahead)).await().atMost(LIMIT);
        return true;
    }
}
