package dev.evenkeel.bench.memory.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A history on disk: one operation a line, as JSON, in the order in which they ended. */
public final class HistoryFile implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final BufferedWriter writer;

    public HistoryFile(Path file) throws IOException {
        this.writer = Files.newBufferedWriter(file);
    }

    synchronized void append(Operation operation) {
        try {
            writer.write(MAPPER.writeValueAsString(operation));
            writer.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operations of a file that was closed. */
    public static List<Operation> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(HistoryFile::parse).toList();
        } catch (UncheckedIOException e) {
            throw new IOException("not a history: " + file, e);
        }
    }

    private static Operation parse(String line) {
        try {
            return MAPPER.readValue(line, Operation.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
