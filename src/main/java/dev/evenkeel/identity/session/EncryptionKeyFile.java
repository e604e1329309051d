package dev.evenkeel.identity.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;

/** The key that seals others, kept beside an embedded database in a file that its owner alone may read. */
final class EncryptionKeyFile {
    static final int KEY_BYTES = 32;

    private static final String NAME = "identity.key";

    private EncryptionKeyFile() {}

    /** The 32 bytes that a text in Base64 stands for. */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text.strip());
            return key.length == KEY_BYTES ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    static byte[] readOrCreate(Path directory) throws IOException {
        Path file = Files.createDirectories(directory).resolve(NAME);
        if (!Files.exists(file)) {
            create(file);
        }
        return decode(Files.readString(file, StandardCharsets.US_ASCII))
                .orElseThrow(() -> new IOException(file + " does not hold a key of " + KEY_BYTES + " bytes in Base64"));
    }

    private static void create(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        byte[] text = (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (var channel = Files.newByteChannel(
                file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            channel.write(ByteBuffer.wrap(text));
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // Read like any other.
        }
    }
}
