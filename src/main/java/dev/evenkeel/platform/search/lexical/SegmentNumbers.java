package dev.evenkeel.platform.search.lexical;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Numbers of segments: the time in milliseconds since 2024 and 22 random bits. Unlike a sequence they are never given
 * twice, not even after a restore or a failover that lost commits; a collision fails on the primary key.
 */
final class SegmentNumbers {
    private static final long EPOCH_MS = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
    private static final int RANDOM_BITS = 22;

    private SegmentNumbers() {}

    static long next() {
        long time = System.currentTimeMillis() - EPOCH_MS;
        return time << RANDOM_BITS | ThreadLocalRandom.current().nextInt(1 << RANDOM_BITS);
    }
}
