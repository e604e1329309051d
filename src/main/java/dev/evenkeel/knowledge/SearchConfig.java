package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.Fusion;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Searching documents. */
@ConfigMapping(prefix = "evenkeel.knowledge.search")
public interface SearchConfig {
    /** How hybrid search makes one ranking of two, unless a request says otherwise: {@code rrf} (by rank) or {@code min-max} (by score). */
    @WithDefault("rrf")
    Fusion.Method fusion();

    /** The constant of {@code rrf}; the smaller, the more the first ranks stand out. */
    @WithDefault("60")
    int fusionK();

    /** Weight of the keyword arm in hybrid search; that of the vector arm is {@code evenkeel.embedding.hybrid-weight}. */
    @WithDefault("1.0")
    double keywordWeight();

    /** Searches whose hits are remembered until something in the searched collections changes; 0 remembers none. */
    @WithDefault("2000")
    int cacheEntries();

    /** Memory for these hits. */
    @WithDefault("16M")
    MemorySize cacheSize();
}
