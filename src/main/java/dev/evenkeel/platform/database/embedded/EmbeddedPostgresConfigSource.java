package dev.evenkeel.platform.database.embedded;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives the service a datasource when none is configured: starts the embedded server before Quarkus reads its datasource
 * settings.
 */
public final class EmbeddedPostgresConfigSource implements ConfigSourceFactory {
    private static final int ORDINAL = 200;

    /** Only a running application has this source; without the check a build would start a database. */
    private static final String RUNTIME_MARKER = "BuildTime RunTime Fixed";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        if (context.getConfigSources().stream().noneMatch(source -> RUNTIME_MARKER.equals(source.getName()))
                || value(context, "quarkus.datasource.jdbc.url").isPresent()
                || value(context, "quarkus.datasource.reactive.url").isPresent()) {
            return List.of();
        }
        PostgresServer server = EmbeddedPostgres.startOnce(new Settings(context));
        String address = "://127.0.0.1:" + server.port() + "/" + PostgresServer.DATABASE;
        return List.of(new PropertiesConfigSource(
                Map.of(
                        "quarkus.datasource.jdbc.url",
                        "jdbc:postgresql" + address,
                        "quarkus.datasource.reactive.url",
                        "postgresql" + address,
                        "quarkus.datasource.username",
                        PostgresServer.USER,
                        "quarkus.datasource.password",
                        server.password()),
                "embedded-postgresql",
                ORDINAL));
    }

    private static Optional<String> value(ConfigSourceContext context, String key) {
        ConfigValue value = context.getValue(key);
        return Optional.ofNullable(value == null ? null : value.getValue()).filter(text -> !text.isBlank());
    }

    /** The same keys as the mapping, read before mappings exist. */
    private record Settings(ConfigSourceContext context) implements EmbeddedPostgresConfig {
        private Optional<String> key(String name) {
            return value(context, "evenkeel.embedded-postgres." + name);
        }

        @Override
        public Path dataDirectory() {
            return Path.of(key("data-directory").orElse("data"));
        }

        @Override
        public Optional<Path> binariesDirectory() {
            return key("binaries-directory").map(Path::of);
        }

        @Override
        public int port() {
            return key("port").map(Integer::parseInt).orElse(0);
        }

        @Override
        public String sharedBuffers() {
            return key("shared-buffers").orElse("256MB");
        }

        @Override
        public boolean ephemeral() {
            return key("ephemeral").map(Boolean::parseBoolean).orElse(false);
        }
    }
}
