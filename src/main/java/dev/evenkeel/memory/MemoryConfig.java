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

    /** Largest answer of a batch or of a page with values; what is larger is cut, or refused. */
    @WithDefault("16M")
    MemorySize maxBatchSize();

    /** Most namespaces of one owner. */
    @WithDefault("10000")
    int maxNamespaces();

    /** Largest text that an entry is searched for by, in UTF-8. */
    @WithDefault("64K")
    MemorySize maxTextSize();

    /** Largest metadata of an entry or a vector, as JSON in UTF-8. */
    @WithDefault("16K")
    MemorySize maxMetadataSize();

    /** Language of the texts in namespaces that get their first one, such as {@code english}; {@code simple} keeps words as they are. */
    @WithDefault("english")
    String language();

    /** Time between two looks for texts that have no vector yet. */
    @WithDefault("1s")
    Duration embeddingInterval();

    /** Texts that are embedded and stored at once. */
    @WithDefault("64")
    int embedBatch();

    /** Most collections of vectors in one namespace. */
    @WithDefault("100")
    int maxCollections();

    /** Most vectors in one collection of metric cosine. */
    @WithDefault("1000000")
    long maxVectors();

    /** Largest size of the vectors of one collection of metric l2 or inner_product: every search reads all of them. */
    @WithDefault("80M")
    MemorySize maxExactSize();

    /** Most namespaces that one search takes in. */
    @WithDefault("1000")
    int maxSearchedNamespaces();

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
