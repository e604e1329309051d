package dev.evenkeel.knowledge;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Documents and their search. */
@ConfigMapping(prefix = "evenkeel.knowledge")
public interface KnowledgeConfig {
    /** Language of a collection that names none: a PostgreSQL text search configuration, or {@code simple}. */
    @WithDefault("english")
    String defaultLanguage();

    /** Most tokens (cl100k_base) of a chunk. */
    @WithDefault("400")
    int chunkMaxTokens();

    /** Text up to this size is searchable when the request that brought it is answered; larger text becomes a job. */
    @WithDefault("256K")
    MemorySize inlineTextLimit();

    /** Largest single document, in bytes. */
    @WithDefault("128M")
    MemorySize maxDocumentSize();

    /** Longest extracted text of a document, in characters. */
    @WithDefault("33554432")
    int maxExtractedChars();

    /** Most pages of a PDF. */
    @WithDefault("10000")
    int maxPages();

    /** Longest extraction of one document. */
    @WithDefault("2m")
    Duration maxExtractionTime();

    /** Most files in one upload. */
    @WithDefault("1000")
    int maxFilesPerUpload();

    /** Chunks that are embedded in one request to the embedding endpoint and stored in one transaction. */
    @WithDefault("64")
    int embedBatch();
}
