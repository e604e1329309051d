package dev.evenkeel.knowledge.folders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories are watched, and what is made of what happens in them. */
class FolderWatchesTest {
    @TempDir
    private Path directory = Path.of("");

    private Path root = Path.of("");
    private Folder folder = OneRoot.folder(root);
    private DirectoryWatches watches = new DirectoryWatches(new FolderRoots(new OneRoot(root)), 100);

    @BeforeEach
    void aFolder() throws IOException {
        root = Files.createDirectories(directory.toRealPath().resolve("root"));
        folder = OneRoot.folder(root);
        watches = new DirectoryWatches(new FolderRoots(new OneRoot(root)), 100);
    }

    @AfterEach
    void close() {
        watches.close();
    }

    @Test
    void everyDirectoryIsWatchedAndOneThatComesLaterToo() throws IOException {
        // Given
        Files.createDirectories(root.resolve("a/b"));
        assertThat(watches.watch(folder)).isTrue();
        assertThat(watches.size()).isEqualTo(3);
        assertThat(watches.disturbed()).containsExactly(folder.id());
        assertThat(watches.hasChanged(folder.id())).isTrue();
        assertThat(watches.disturbed()).isEmpty();

        // When
        Files.createDirectories(root.resolve("a/c"));

        // Then
        Eventually.holds(() -> assertThat(watches.disturbed()).containsExactly(folder.id()));
        assertThat(watches.hasChanged(folder.id())).isTrue();
        assertThat(watches.size()).isEqualTo(4);

        // When something happens that the rules leave out
        watches.disturbed();
        watches.hasChanged(folder.id());
        Files.writeString(root.resolve(".hidden"), "x");
        Eventually.holds(() -> assertThat(watches.disturbed()).containsExactly(folder.id()));
        // Then
        assertThat(watches.hasChanged(folder.id())).isFalse();
    }

    @Test
    void aDirectoryThatIsGoneOrAFileByNowKeepsNoOtherFromBeingWatched() throws IOException {
        // Given a walk that has seen two directories that are none any more
        Files.createDirectories(root.resolve("z"));
        Path file = Files.writeString(root.resolve("file"), "a directory a moment ago");
        FolderVisitor walk = watches.registration(folder.id());
        // When
        walk.entering(root.resolve("gone"), List.of("gone"));
        walk.entering(file, List.of("file"));
        walk.entering(root.resolve("z"), List.of("z"));
        // Then
        assertThat(watches.size()).isEqualTo(1);
    }

    @Test
    void aFolderWhoseRootIsAFileOrGoneIsNotWatchedUntilItIsThere() throws IOException {
        // Given
        Files.delete(root);
        assertThat(watches.watch(folder)).isFalse();
        Files.writeString(root, "a file");
        assertThat(watches.watch(folder)).isFalse();
        assertThat(watches.size()).isZero();
        // When
        Files.delete(root);
        Files.createDirectories(root.resolve("a"));
        // Then
        assertThat(watches.watch(folder)).isTrue();
        assertThat(watches.size()).isEqualTo(2);
        // And no other when it is not wanted any more
        watches.keepOnly(Set.of());
        assertThat(watches.size()).isZero();
    }

    @Test
    void aDirectoryThatMustNotBeReadKeepsNoOtherFromBeingWatched() throws IOException {
        // Given
        Files.createDirectories(root.resolve("z"));
        Path closed = Files.createDirectories(root.resolve("lost+found"));
        Files.setPosixFilePermissions(closed, Set.of());
        Assumptions.assumeFalse(Files.isReadable(closed), "this user may read everything");
        try {
            // When
            boolean complete = watches.watch(folder);
            // Then
            assertThat(complete).isTrue();
            assertThat(watches.size()).isEqualTo(2);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
