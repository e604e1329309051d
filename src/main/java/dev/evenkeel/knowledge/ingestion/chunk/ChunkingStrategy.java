package dev.evenkeel.knowledge.ingestion.chunk;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** By what a text is cut. */
public enum ChunkingStrategy {
    /** By its headings, blocks and paragraphs: a section that fits is one chunk. */
    STRUCTURE,
    /** Whole sentences, as many as fit. */
    SENTENCE,
    /** Windows of about the same number of tokens, which end at a paragraph, sentence or space near their end. */
    FIXED;

    /** The name in the API and the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The strategy of a name. */
    public static Optional<ChunkingStrategy> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.wireName().equals(name))
                .findFirst();
    }

    /** The names of all strategies. */
    public static List<String> wireNames() {
        return Arrays.stream(values()).map(ChunkingStrategy::wireName).toList();
    }
}
