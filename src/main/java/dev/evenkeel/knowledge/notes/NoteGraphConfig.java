package dev.evenkeel.knowledge.notes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The ranking of documents by the links between them. */
@ConfigMapping(prefix = "evenkeel.knowledge.graph")
public interface NoteGraphConfig {
    /**
     * Time between two looks for collections that have changed since they were ranked; each is ranked once then, unless ten
     * times as long as its last ranking took have not passed.
     */
    @WithDefault("30s")
    Duration rankingInterval();

    /** Most documents of a collection that is ranked; ranking takes about 60 bytes of memory for each. */
    @WithDefault("500000")
    int maxRankedDocuments();

    /** Most links of a collection that is ranked, counted between different documents; each takes 8 bytes of memory. */
    @WithDefault("4000000")
    int maxRankedLinks();
}
