package dev.evenkeel.knowledge.notes.engine;

import org.jspecify.annotations.Nullable;

/**
 * A reference as it stands in a document.
 *
 * @param target what it names: a note's name, a path or a module, at most {@link #MAX_TARGET_CHARS} characters
 * @param heading the heading (or block, with {@code ^} in front) within the target
 * @param label what a reader sees instead of the target
 * @param line where it stands, from 1
 * @param expected whether a document is meant to be there: not so for an import that may be of a library, nor for a file
 *     of a type that is no document
 */
public record NoteLink(
        LinkKind kind,
        String target,
        @Nullable String heading,
        @Nullable String label,
        int line,
        boolean expected) {
    /** Longer targets are not links but accidents. */
    public static final int MAX_TARGET_CHARS = 1_000;
}
