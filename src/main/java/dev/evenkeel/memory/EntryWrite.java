package dev.evenkeel.memory;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way into a namespace.
 *
 * @param value JSON
 * @param valueBytes its bytes in UTF-8
 * @param ttlS seconds to live; 0 for ever, null for the namespace's default
 * @param sliding whether reading renews them; null for the namespace's default
 */
record EntryWrite(
        String key,
        String value,
        int valueBytes,
        @Nullable Long ttlS,
        @Nullable Boolean sliding) {
    static EntryWrite of(String key, String value, @Nullable Long ttlS, @Nullable Boolean sliding) {
        return new EntryWrite(key, value, value.getBytes(StandardCharsets.UTF_8).length, ttlS, sliding);
    }

    int sizeBytes() {
        return valueBytes + key.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Seconds to live in that namespace; null for ever. */
    @Nullable Long ttlS(Namespace namespace) {
        Long given = ttlS == null ? namespace.defaultTtlS() : ttlS;
        return given == null || given == 0 ? null : given;
    }

    /** Whether reading renews them in that namespace. */
    boolean sliding(Namespace namespace) {
        return sliding == null ? namespace.sliding() : sliding;
    }
}
