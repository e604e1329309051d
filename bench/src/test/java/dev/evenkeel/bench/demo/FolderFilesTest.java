package dev.evenkeel.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {

    @Test
    void leavesOutHiddenFilesAndBuildDirectories(@TempDir Path folder) throws IOException {
        // Given
        for (String path : List.of("a.md", "src/B.java", ".env", ".git/config", "target/x.class", "src/target/y.txt")) {
            Path file = folder.resolve(path);
            Files.createDirectories(folder.resolve(path).resolveSibling("."));
            Files.writeString(file, "text");
        }

        // When
        List<Path> files = FolderFiles.in(folder);

        // Then
        assertThat(files.stream().map(file -> folder.relativize(file).toString()))
                .containsExactly("a.md", "src/B.java");
    }
}
