package dev.evenkeel.platform.search;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The record of what changed in each corpus. */
@ConfigMapping(prefix = "evenkeel.search.changes")
public interface ChangeConfig {
    /** How long changes are kept; a replica that has not looked at a corpus for longer reads it anew. */
    @WithDefault("10m")
    Duration retention();

    /** Time between two rounds of forgetting. */
    @WithDefault("30s")
    Duration interval();
}
