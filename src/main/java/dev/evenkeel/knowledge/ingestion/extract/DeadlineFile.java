package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;

/** A file whose reading ends with a deadline, so that no damaged structure can hold a parser for ever. */
final class DeadlineFile extends RandomAccessReadBufferedFile {

    private static final int READS_BETWEEN_CHECKS = 1024;

    private final Deadline deadline;
    private int reads;

    DeadlineFile(Path path, Deadline deadline) throws IOException {
        super(path);
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        check();
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        return super.read(buffer, offset, length);
    }

    private void check() {
        if (++reads % READS_BETWEEN_CHECKS == 0) {
            deadline.check();
        }
    }
}
