package dev.evenkeel.platform.search.lexical;

import java.time.Duration;

/** A configuration in which everything is due at once. */
record TestLexicalConfig(int postingsBudget, int candidates, int mergeFactor, int largestMerge)
        implements LexicalConfig {
    static final TestLexicalConfig EAGER = new TestLexicalConfig(400_000, 500, 3, 1_000_000);

    @Override
    public int cachedWords() {
        return 1_000;
    }

    @Override
    public long cacheBytes() {
        return 64 * 1024;
    }

    @Override
    public Duration mergeInterval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public int tailChunks() {
        return 1;
    }

    @Override
    public int tailSegments() {
        return 1;
    }

    @Override
    public Duration tailAge() {
        return Duration.ZERO;
    }

    @Override
    public Duration purgeAfter() {
        return Duration.ZERO;
    }
}
