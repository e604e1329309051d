package dev.evenkeel.platform.search.vector;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Search by vectors. */
@ConfigMapping(prefix = "evenkeel.search.vector")
public interface VectorConfig {
    /** Memory for sign bits, in bytes; the corpora that were not searched for longest make room. */
    @WithDefault("64M")
    MemorySize cacheSize();

    /** Candidates whose exact vectors are compared for each search. */
    @WithDefault("400")
    int candidates();

    /** A corpus with at most this many chunks is loaded while its first search waits; a larger one in the background. */
    @WithDefault("50000")
    int loadWhileWaiting();
}
