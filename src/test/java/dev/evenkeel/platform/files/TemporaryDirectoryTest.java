package dev.evenkeel.platform.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
    @TempDir
    Path parent = Path.of("");

    /** Another process, which makes a directory, says where, and waits to be killed. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws Exception {
            Path path = TemporaryDirectory.create(Path.of(arguments[0])).path();
            Files.createDirectories(path.resolve("uploads"));
            Files.writeString(path.resolve("uploads/part"), "half of an upload");
            System.out.println(path);
            Thread.sleep(60_000);
        }
    }

    private Process other() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void whatAKilledProcessLeftBehindIsRemovedAndThatOfALivingOneIsNot() throws Exception {
        // Given another process, files of others, and one that was killed before it had a lock
        Process process = other();
        try (BufferedReader said = process.inputReader();
                TemporaryDirectory own = TemporaryDirectory.create(parent)) {
            Path others = Path.of(Objects.requireNonNull(said.readLine()));
            Path foreign = Files.writeString(parent.resolve("evenkeel-files-of-somebody"), "a file");
            Path link = Files.createSymbolicLink(parent.resolve("evenkeel-files-link"), others);
            Path kept = Files.writeString(own.path().resolve("kept"), "in use");
            // When it lives
            own.removeAbandoned();
            // Then
            assertThat(others.resolve("uploads/part")).exists();
            // When it was killed
            process.destroyForcibly().waitFor();
            own.removeAbandoned();
            // Then
            assertThat(others).doesNotExist();
            assertThat(kept).exists();
            assertThat(foreign).exists();
            assertThat(Files.isSymbolicLink(link)).isTrue();
            // And it can be done again and again
            own.removeAbandoned();
            assertThat(kept).exists();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aDirectoryGoesWithWhatIsInIt() throws Exception {
        TemporaryDirectory directory = TemporaryDirectory.create(parent);
        Files.createDirectories(directory.path().resolve("a/b"));
        Files.writeString(directory.path().resolve("a/b/c"), "c");
        directory.close();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void filesOfTheProcessLieInItsDirectory() throws Exception {
        Path file = TemporaryFiles.create("test-", ".tmp");
        assertThat(file.getParent()).isEqualTo(TemporaryFiles.directory());
        assertThat(file.toString()).contains("evenkeel-files-").endsWith(".tmp");
        Files.delete(file);
    }
}
