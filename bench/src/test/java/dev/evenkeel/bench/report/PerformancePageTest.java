package dev.evenkeel.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {

    @Test
    void replacesOnlyItsOwnSection(@TempDir Path directory) throws IOException {
        // Given
        Path file = directory.resolve("docs/performance.md");
        PerformancePage page = new PerformancePage(file);
        page.replace("ladder", "old ladder");
        page.replace("bulk", "bulk table");

        // When
        page.replace("ladder", "new ladder");

        // Then
        assertThat(Files.readString(file))
                .startsWith("# Performance")
                .contains("<!-- bench:ladder -->\nnew ladder\n<!-- /bench:ladder -->")
                .contains("<!-- bench:bulk -->\nbulk table\n<!-- /bench:bulk -->")
                .doesNotContain("old ladder");
    }
}
