package dev.evenkeel.bench.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file to upload, in memory or on disk; the path is the one the document will be known by. */
public interface UploadFile {

    String path();

    byte[] bytes() throws IOException;

    static UploadFile of(String path, byte[] bytes) {
        return new InMemory(path, bytes);
    }

    static UploadFile onDisk(String path, Path file) {
        return new OnDisk(path, file);
    }

    /** Content that was generated. */
    record InMemory(String path, byte[] bytes) implements UploadFile {}

    /** A file that is read when its request is built. */
    record OnDisk(String path, Path file) implements UploadFile {
        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(file);
        }
    }
}
