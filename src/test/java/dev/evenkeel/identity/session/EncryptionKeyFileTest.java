package dev.evenkeel.identity.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key beside the data is made once, and nobody else reads it. */
class EncryptionKeyFileTest {
    @TempDir
    private Path directory = Path.of(".");

    @Test
    void isMadeOnceForItsOwnerAlone() throws IOException {
        Path data = directory.resolve("data");

        byte[] made = EncryptionKeyFile.readOrCreate(data);

        assertThat(made).hasSize(32);
        assertThat(EncryptionKeyFile.readOrCreate(data)).isEqualTo(made);
        assertThat(EncryptionKeyFile.readOrCreate(directory.resolve("other"))).isNotEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("identity.key"))))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not base64!", "c2hvcnQ="})
    void isNeverReplaced(String content) throws IOException {
        Files.writeString(directory.resolve("identity.key"), content);

        assertThatThrownBy(() -> EncryptionKeyFile.readOrCreate(directory)).isInstanceOf(IOException.class);
        assertThat(Files.readString(directory.resolve("identity.key"))).isEqualTo(content);
        assertThat(EncryptionKeyFile.decode(content)).isEmpty();
    }
}
