package dev.evenkeel.bench.api;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;

/** A file to upload, in memory or on disk; the path is the one the document will be known by. */
public interface UploadFile {

    String path();

    /** The content; a file on disk is streamed, never held as a whole. */
    BodyPublisher content() throws FileNotFoundException;

    static UploadFile of(String path, byte[] bytes) {
        return new InMemory(path, bytes);
    }

    static UploadFile onDisk(String path, Path file) {
        return new OnDisk(path, file);
    }

    /** Content that was generated. */
    record InMemory(String path, byte[] bytes) implements UploadFile {
        @Override
        public BodyPublisher content() {
            return BodyPublishers.ofByteArray(bytes);
        }
    }

    /** A file that is read while its request is sent. */
    record OnDisk(String path, Path file) implements UploadFile {
        @Override
        public BodyPublisher content() throws FileNotFoundException {
            return BodyPublishers.ofFile(file);
        }
    }
}
