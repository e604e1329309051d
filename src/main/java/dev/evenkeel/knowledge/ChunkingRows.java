package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.chunk.ChunkingOptions;

/** How the settings by which a document was cut compare with those of its collection, in SQL. */
public final class ChunkingRows {
    private ChunkingRows() {}

    /**
     * The condition that a document {@code d} of the collection {@code c} is indexed by other settings than the collection has now. One
     * that was indexed before settings were noted was cut as the configuration says.
     *
     * @param configuredMaxTokens the cap of a collection that names none
     */
    public static String otherwise(int configuredMaxTokens) {
        String byDefault = ChunkingOptions.ofMaxTokens(configuredMaxTokens).fingerprint();
        return "d.indexed_revision is not null and coalesce(d.chunking, '" + byDefault
                + "') <> c.chunk_strategy || ':' || coalesce(" + "c.chunk_max_tokens, " + configuredMaxTokens
                + ") || ':' || c.chunk_overlap_tokens";
    }
}
