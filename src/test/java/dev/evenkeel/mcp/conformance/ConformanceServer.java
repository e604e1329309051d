package dev.evenkeel.mcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The service with the fixtures of the conformance suite, for {@code bench/run.sh mcp}: says that it is ready by making one
 * file, and runs until another is gone. No test by its name, so that it runs only when it is asked for.
 */
@QuarkusTest
@EnabledIfSystemProperty(named = "conformance.running", matches = ".+")
@SuppressWarnings("NullAway.Init")
class ConformanceServer {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MS = 200;

    @Inject
    ToolFixtures tools;

    @Inject
    ElicitationFixtures elicitation;

    @Inject
    ResourceFixtures resources;

    @Inject
    PromptFixtures prompts;

    @Test
    void runs() throws IOException, InterruptedException {
        // Given
        Path running = Path.of(System.getProperty("conformance.running"));
        tools.register();
        elicitation.register();
        resources.register();
        prompts.register();

        // When
        Files.createFile(Path.of(System.getProperty("conformance.ready")));
        Instant end = Instant.now().plus(LIMIT);
        while (Files.exists(running) && Instant.now().isBefore(end)) {
            Thread.sleep(LOOK_EVERY_MS);
        }

        // Then
        assertThat(running).as("the suite has ended").doesNotExist();
    }
}
