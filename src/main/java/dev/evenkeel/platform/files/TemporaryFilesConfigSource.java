package dev.evenkeel.platform.files;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Puts the parts of uploads where the other temporary files of this process are, unless another place is configured. */
public final class TemporaryFilesConfigSource implements ConfigSourceFactory {
    /** Of less weight than everything that is configured. */
    private static final int ORDINAL = 50;

    /** Only a running application has this source; without the check a build would make a directory. */
    private static final String RUNTIME_MARKER = "BuildTime RunTime Fixed";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        if (context.getConfigSources().stream().noneMatch(source -> RUNTIME_MARKER.equals(source.getName()))) {
            return List.of();
        }
        try {
            return List.of(new PropertiesConfigSource(
                    Map.of(
                            "quarkus.http.body.uploads-directory",
                            TemporaryFiles.directory().resolve("uploads").toString()),
                    "temporary-files",
                    ORDINAL));
        } catch (IOException notWritable) {
            // Then uploads fail, each with its reason; whoever only searches needs no such place.
            return List.of();
        }
    }
}
