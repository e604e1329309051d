package dev.evenkeel.platform.database;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Time-ordered ids (RFC 9562, version 7): milliseconds since 1970 in the upper 48 bits, then random bits. */
public final class UuidV7 {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM_A_MASK = 0xFFFL;
    private static final long RANDOM_B_MASK = 0x3FFF_FFFF_FFFF_FFFFL;

    private UuidV7() {}

    /** A new id; ids of different milliseconds sort by time, unguessability is not promised. */
    public static UUID next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (System.currentTimeMillis() << 16) | VERSION | (random.nextLong() & RANDOM_A_MASK);
        long low = VARIANT | (random.nextLong() & RANDOM_B_MASK);
        return new UUID(high, low);
    }
}
