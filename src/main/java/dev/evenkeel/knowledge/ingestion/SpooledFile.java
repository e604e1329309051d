package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.files.TemporaryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A document's bytes in a temporary file, for extractors that need to seek. Blocking: for workers only. */
final class SpooledFile implements AutoCloseable {
    private final Path path;

    private SpooledFile(Path path) {
        this.path = path;
    }

    static SpooledFile create() throws IOException {
        return new SpooledFile(TemporaryFiles.create("document-", ".tmp"));
    }

    SpooledFile append(byte[] part) throws IOException {
        Files.write(path, part, StandardOpenOption.APPEND);
        return this;
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
