package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** A file on its way into a collection, on the replica's disk until it is stored. Blocking: for workers only. */
public record UploadedFile(Path path, long sizeBytes, byte[] contentHash, byte[] head) {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Reads the whole file once. */
    public static UploadedFile inspect(Path path) throws IOException {
        MessageDigest digest = sha256();
        byte[] head = new byte[0];
        long size = 0;
        try (InputStream input = Files.newInputStream(path)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = input.readNBytes(buffer, 0, buffer.length);
                    read > 0;
                    read = input.readNBytes(buffer, 0, buffer.length)) {
                if (size == 0) {
                    head = Arrays.copyOf(buffer, Math.min(read, DocumentTypes.HEAD_BYTES));
                }
                digest.update(buffer, 0, read);
                size += read;
            }
        }
        return new UploadedFile(path, size, digest.digest(), head);
    }

    /** The bytes from an offset on, at most {@code length} of them. */
    byte[] part(long offset, int length) throws IOException {
        return part(path, offset, length);
    }

    /** The same of a file whose hash nobody asks for. */
    static byte[] part(Path path, long offset, int length) throws IOException {
        try (InputStream input = Files.newInputStream(path)) {
            input.skipNBytes(offset);
            return input.readNBytes(length);
        }
    }

    static byte[] hashOf(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
