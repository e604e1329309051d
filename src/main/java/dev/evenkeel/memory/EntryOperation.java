package dev.evenkeel.memory;

import org.jspecify.annotations.Nullable;

/**
 * One step of a transaction.
 *
 * @param write what is put; null otherwise
 */
public record EntryOperation(
        Kind kind, String key, @Nullable EntryWrite write, Expectation expectation) {
    /** What a step does; spelled as in the API. */
    public enum Kind {
        put,
        delete,
        check
    }

    static EntryOperation put(EntryWrite write, Expectation expectation) {
        return new EntryOperation(Kind.put, write.key(), write, expectation);
    }

    static EntryOperation delete(String key, Expectation expectation) {
        return new EntryOperation(Kind.delete, key, null, expectation);
    }
}
