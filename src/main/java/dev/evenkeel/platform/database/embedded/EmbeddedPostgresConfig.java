package dev.evenkeel.platform.database.embedded;

import io.quarkus.arc.Unremovable;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The PostgreSQL server that comes with the service; used only when no datasource is configured. Nothing injects it,
 * because it is read before beans exist; removed, its keys would be refused as unknown.
 */
@Unremovable
@ConfigMapping(prefix = "evenkeel.embedded-postgres")
public interface EmbeddedPostgresConfig {
    /** Where the database, its password and its lock are kept. */
    @WithDefault("data")
    Path dataDirectory();

    /** Where the server's programs are unpacked; by default inside the data directory. */
    Optional<Path> binariesDirectory();

    /** TCP port on 127.0.0.1; 0 takes a free one. */
    @WithDefault("0")
    int port();

    /** Memory for the server's page cache, as PostgreSQL writes it. */
    @WithDefault("256MB")
    String sharedBuffers();

    /** Start with an empty database and delete it at the end; not durable, for tests only. */
    @WithDefault("false")
    boolean ephemeral();
}
