package dev.evenkeel.knowledge.notes.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How one document refers to another. */
public enum LinkKind {
    /** {@code [[target]]}. */
    WIKILINK,
    /** {@code ![[target]]}. */
    EMBED,
    /** A Markdown link to a path. */
    LINK,
    /** A Markdown image at a path. */
    IMAGE,
    /** An import of one source file by another. */
    IMPORT;

    /** The name in API answers and requests. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of an exact wire name. */
    public static Optional<LinkKind> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName().equals(name))
                .findFirst();
    }
}
