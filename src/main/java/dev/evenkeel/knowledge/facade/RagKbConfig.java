package dev.evenkeel.knowledge.facade;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The API of rag-kb at its own paths, for its clients and scripts. */
@ConfigMapping(prefix = "evenkeel.facade.rag-kb")
public interface RagKbConfig {
    /** Whether it is answered. */
    @WithDefault("false")
    boolean enabled();

    /** Name of the collection that is its knowledge base; the installation's own, made when it is first asked for. */
    @WithDefault("Knowledge base")
    String collection();

    /** Most documents in one of its lists, which have no pages. */
    @WithDefault("10000")
    int maxDocuments();
}
