package dev.evenkeel.platform.search.vector;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where the candidates of a search by vectors come from. */
@ConfigMapping(prefix = "evenkeel.search.vector.index")
public interface VectorIndexConfig {
    /**
     * {@code auto}: HNSW indexes of pgvector when the database has it (0.8 or newer), otherwise sign bits in memory;
     * {@code resident}: sign bits; {@code pgvector}: refuses to start without it.
     */
    @WithDefault("auto")
    Kind kind();

    /** A model gets an HNSW index when it has this many vectors; fewer are searched by sign bits. */
    @WithDefault("10000")
    int from();

    /** Where at most this many vectors may be found, they are compared one by one instead of by the graph, which misses none. */
    @WithDefault("10000")
    int compared();

    /** Nodes of an HNSW graph that a search visits, at least: more find more and take longer; 40 to 1000. */
    @WithDefault("512")
    int visited();

    /** Memory of the database server for building an HNSW index. */
    @WithDefault("512M")
    MemorySize buildMemory();

    /** Time between two looks for models that need an HNSW index. */
    @WithDefault("10s")
    Duration interval();

    /** The kinds of index. */
    enum Kind {
        AUTO,
        RESIDENT,
        PGVECTOR
    }
}
