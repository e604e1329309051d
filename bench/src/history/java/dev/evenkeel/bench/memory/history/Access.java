package dev.evenkeel.bench.memory.history;

import org.jspecify.annotations.Nullable;

/**
 * What one request did, or would have done, to one key.
 *
 * @param expected the version the request made a condition, {@link #ABSENT} for "must not exist", null for no condition
 * @param value what was written or read; null for a key that was missing, deleted or only checked
 * @param version the version written or read, {@link #ABSENT} when the key was missing, null when the client was not told
 */
public record Access(
        String key, Kind kind, @Nullable Long expected, @Nullable String value, @Nullable Long version) {

    /** The version of a key that does not exist. */
    public static final long ABSENT = 0;

    /** The ways to touch a key. */
    public enum Kind {
        PUT,
        DELETE,
        CHECK,
        READ
    }

    static Access put(String key, String value, @Nullable Long expected, @Nullable Long version) {
        return new Access(key, Kind.PUT, expected, value, version);
    }

    static Access delete(String key, @Nullable Long version) {
        return new Access(key, Kind.DELETE, null, null, version);
    }

    static Access check(String key, long expected) {
        return new Access(key, Kind.CHECK, expected, null, expected);
    }

    static Access read(String key, String value, long version) {
        return new Access(key, Kind.READ, null, value, version);
    }

    static Access missing(String key) {
        return new Access(key, Kind.READ, null, null, ABSENT);
    }

    boolean writes() {
        return kind == Kind.PUT || kind == Kind.DELETE;
    }

    /** The same write with the version the service said it got. */
    Access withVersion(long told) {
        return new Access(key, kind, expected, value, told);
    }
}
