package dev.evenkeel.platform.search.lexical;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Keyword search. */
@ConfigMapping(prefix = "evenkeel.search.lexical")
public interface LexicalConfig {
    /** Words of each language whose stem is kept in memory. */
    @WithDefault("50000")
    int cachedWords();

    /** Memory for document tables and for what is not merged yet, in bytes; what does not fit is read again. */
    @WithDefault("33554432")
    long cacheBytes();

    /** Postings that a query may read in full; words beyond that are looked up for the best candidates only. */
    @WithDefault("2000000")
    int postingsBudget();

    /** Candidates whose score is completed when a query exceeds its budget. */
    @WithDefault("300")
    int candidates();

    /** Time from the start of one round of merging to the next. */
    @WithDefault("1s")
    Duration mergeInterval();

    /** Chunks that may wait in small segments before they are merged. */
    @WithDefault("1024")
    int tailChunks();

    /** Small segments that may wait before they are merged. */
    @WithDefault("512")
    int tailSegments();

    /** A small segment is merged at the latest after this time. */
    @WithDefault("30s")
    Duration tailAge();

    /** Segments of one size class that are merged into one. */
    @WithDefault("8")
    int mergeFactor();

    /** Segments with at least this many chunks are not merged into larger ones. */
    @WithDefault("65536")
    int largestMerge();

    /** Postings of deleted chunks are removed from the segments at the latest after this time. */
    @WithDefault("24h")
    Duration purgeAfter();
}
