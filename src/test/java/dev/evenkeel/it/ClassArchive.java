package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The service's classes as a process of it has left them at its end (class data sharing): one that begins with them is ready in about
 * three quarters of the time.
 */
final class ClassArchive {
    private final Path file;
    private final Path jar;
    private @Nullable Process writer;

    ClassArchive(Path file, Path jar) {
        this.file = file.toAbsolutePath();
        this.jar = jar;
    }

    /** Starts the process with the archive; without one it is to write it, unless another is about to. */
    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (isCurrent()) {
            return with(builder, "-XX:SharedArchiveFile=" + file).start();
        }
        if (writer != null && writer.isAlive()) {
            return builder.start();
        }
        // Killed, it leaves none, and the next one tries.
        writer = with(builder, "-XX:ArchiveClassesAtExit=" + file).start();
        return writer;
    }

    private boolean isCurrent() throws IOException {
        return Files.exists(file) && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    private static ProcessBuilder with(ProcessBuilder builder, String option) {
        builder.command().add(1, option);
        return builder;
    }
}
