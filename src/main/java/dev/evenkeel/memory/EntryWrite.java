package dev.evenkeel.memory;

import org.jspecify.annotations.Nullable;

/**
 * A value on its way into a namespace.
 *
 * @param value JSON
 * @param valueBytes its bytes in UTF-8
 * @param ttlS seconds to live; 0 for ever, null for the namespace's default
 * @param sliding whether reading renews them; null for the namespace's default
 * @param search what it can be searched for by; null when it cannot
 */
record EntryWrite(
        String key,
        String value,
        int valueBytes,
        @Nullable Long ttlS,
        @Nullable Boolean sliding,
        @Nullable SearchData search) {
    static EntryWrite of(
            String key, String value, @Nullable Long ttlS, @Nullable Boolean sliding, @Nullable SearchData search) {
        return new EntryWrite(key, value, JsonText.utf8Length(value), ttlS, sliding, search);
    }

    int sizeBytes() {
        return valueBytes + JsonText.utf8Length(key) + SearchData.sizeBytes(search);
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
