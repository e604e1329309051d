package dev.evenkeel.platform;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** At least two event loops, also on one processor: a busy loop must not delay the probes on the other. */
public final class ProcessorDefaults implements ConfigSourceFactory {
    private static final int BELOW_EVERY_OTHER_SOURCE = -1_000;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.vertx.event-loops-pool-size", String.valueOf(loops)),
                "processor-defaults",
                BELOW_EVERY_OTHER_SOURCE));
    }
}
