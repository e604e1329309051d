package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The embedded server of a service, seen from outside. */
record Postmaster(Path dataDirectory) {
    /** Its process, when there is one. */
    Optional<ProcessHandle> process() {
        try {
            String pid = Files.readAllLines(dataDirectory.resolve("postgresql/postmaster.pid"))
                    .get(0)
                    .trim();
            return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
        } catch (IOException notRunning) {
            return Optional.empty();
        }
    }

    long pid() {
        return process().orElseThrow().pid();
    }

    /** Ends it as a power cut would. */
    void kill() {
        process().orElseThrow().destroyForcibly();
    }

    String log() throws IOException {
        return Files.readString(dataDirectory.resolve("postgresql.log"));
    }
}
