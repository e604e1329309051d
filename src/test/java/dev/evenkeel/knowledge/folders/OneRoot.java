package dev.evenkeel.knowledge.folders;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The settings of a service that allows one root. */
record OneRoot(Path root, Duration diskTimeout) implements FoldersConfig {
    OneRoot(Path root) {
        this(root, Duration.ofMinutes(1));
    }

    @Override
    public Optional<List<Path>> allowedRoots() {
        return Optional.of(List.of(root));
    }

    @Override
    public boolean watch() {
        return true;
    }

    @Override
    public Duration debounce() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration rescanInterval() {
        return Duration.ofMinutes(15);
    }

    @Override
    public Duration moveGrace() {
        return Duration.ofSeconds(5);
    }

    @Override
    public int maxFiles() {
        return 100;
    }

    @Override
    public int maxFoldersPerCollection() {
        return 20;
    }

    /** A folder that is followed with the rules that everybody has. */
    static Folder folder(Path place) {
        return new Folder(
                UUID.randomUUID(),
                UUID.randomUUID(),
                null,
                place.toString(),
                "",
                List.of(),
                true,
                true,
                false,
                false,
                0);
    }
}
