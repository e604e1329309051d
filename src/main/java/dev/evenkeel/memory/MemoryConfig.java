package dev.evenkeel.memory;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of the memory of agents. */
@ConfigMapping(prefix = "evenkeel.memory")
public interface MemoryConfig {
    /** Largest value, as JSON in UTF-8; a namespace may have a smaller limit. */
    @WithDefault("1M")
    MemorySize maxValueSize();

    /** Most items of one batch or transaction. */
    @WithDefault("10000")
    int maxBatchItems();

    /** Largest body of a batch, and largest answer of a batch or of a page with values. */
    @WithDefault("32M")
    MemorySize maxBatchSize();

    /** Most namespaces of one owner. */
    @WithDefault("10000")
    int maxNamespaces();

    /** Time between two sweeps of expired entries; they are not found from their expiry on, this frees their space. */
    @WithDefault("5s")
    Duration sweepInterval();

    /** How long changes are kept in a namespace that keeps a history and names no time of its own. */
    @WithDefault("30d")
    Duration historyRetention();

    /** Change streams that may be open at once on this replica. */
    @WithDefault("256")
    int maxStreams();

    /** Change streams that one principal may have open at once on this replica. */
    @WithDefault("8")
    int maxStreamsPerPrincipal();

    /** Time after which an open stream looks for changes and checks its credential again. */
    @WithDefault("500ms")
    Duration streamInterval();
}
