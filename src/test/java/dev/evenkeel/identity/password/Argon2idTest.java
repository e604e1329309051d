package dev.evenkeel.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes are those of RFC 9106 and of its reference implementation, and carry their parameters. */
class Argon2idTest {
    private static final Argon2id SMALL = new Argon2id(64, 2, 1);

    @Test
    void theLibraryComputesTheVectorOfTheRfc() {
        // Given RFC 9106, section 5.3
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(32)
                .withIterations(3)
                .withParallelism(4)
                .withSalt(filled(16, 2))
                .withSecret(filled(8, 3))
                .withAdditional(filled(12, 4))
                .build());
        byte[] tag = new byte[32];
        // When
        generator.generateBytes(filled(32, 1), tag);
        // Then
        assertThat(HexFormat.of().formatHex(tag))
                .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void hashesOfTheReferenceImplementationAreVerified(String phc) {
        assertThat(Argon2id.matches("password", phc)).isTrue();
        assertThat(Argon2id.matches("passwore", phc)).isFalse();
        assertThat(Argon2id.matches("", phc)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "", "ä€🦊", "a\u0000b", "  "})
    void aHashBelongsToItsPassword(String password) {
        String first = SMALL.hash(password);
        String second = SMALL.hash(password);

        assertThat(first).startsWith("$argon2id$v=19$m=64,t=2,p=1$").isNotEqualTo(second);
        assertThat(Argon2id.matches(password, first)).isTrue();
        assertThat(Argon2id.matches(password, second)).isTrue();
        assertThat(Argon2id.matches(password + "x", first)).isFalse();
    }

    @Test
    void onePasswordInTwoFormsOfUnicodeIsOne() {
        assertThat(Argon2id.matches("Ame\u0301lie", SMALL.hash("Am\u00e9lie"))).isTrue();
    }

    @Test
    void aHashWithLessOfAnythingIsOutdated() {
        String hash = SMALL.hash("password");

        assertThat(SMALL.exceeds(hash)).isFalse();
        assertThat(new Argon2id(32, 1, 1).exceeds(hash)).isFalse();
        assertThat(new Argon2id(128, 2, 1).exceeds(hash)).isTrue();
        assertThat(new Argon2id(64, 3, 1).exceeds(hash)).isTrue();
        assertThat(new Argon2id(64, 2, 2).exceeds(hash)).isTrue();
        assertThat(SMALL.exceeds("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
                .isTrue();
    }

    @Test
    void theDummyIsNobodysPassword() {
        assertThat(Argon2id.matches("", SMALL.dummy())).isFalse();
        assertThat(SMALL.exceeds(SMALL.dummy())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password",
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
                "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=0,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
            })
    void whatIsNoSaneHashMatchesNothing(String phc) {
        assertThat(Argon2id.matches("password", phc)).isFalse();
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
