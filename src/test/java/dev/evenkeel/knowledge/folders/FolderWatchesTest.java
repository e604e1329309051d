package dev.evenkeel.knowledge.folders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories are watched. */
class FolderWatchesTest {
    @TempDir
    private Path directory = Path.of("");

    /** The settings of a service that allows one root. */
    private record Allowing(Path root) implements FoldersConfig {
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
    }

    @Test
    void aDirectoryThatMustNotBeReadKeepsNoOtherFromBeingWatched() throws IOException {
        // Given
        Path root = Files.createDirectories(directory.toRealPath().resolve("root"));
        Files.createDirectories(root.resolve("z"));
        Path closed = Files.createDirectories(root.resolve("lost+found"));
        Files.setPosixFilePermissions(closed, Set.of());
        Assumptions.assumeFalse(Files.isReadable(closed), "this user may read everything");
        UUID id = UUID.randomUUID();
        Folder folder =
                new Folder(id, UUID.randomUUID(), null, root.toString(), "", List.of(), true, true, false, false, 0);
        try (DirectoryWatches watches = new DirectoryWatches(new FolderRoots(new Allowing(root)), 100)) {
            // When
            List<UUID> complete = watches.watch(List.of(folder));
            // Then
            assertThat(complete).containsExactly(id);
            assertThat(watches.size()).isEqualTo(2);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
