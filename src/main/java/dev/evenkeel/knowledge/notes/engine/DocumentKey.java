package dev.evenkeel.knowledge.notes.engine;

import org.jspecify.annotations.Nullable;

/**
 * A name that a document answers to.
 *
 * @param key see {@link LinkKey}
 * @param path what the suffix of a link is compared with; null for titles and aliases, which have no folder
 * @param rank how good the name is: one of the constants
 */
public record DocumentKey(String key, @Nullable String path, int rank) {
    /** The name space of what is no import. */
    static final String ANY = "any";

    /** The name of the file, for notes also without its ending. */
    static final int NAME = 0;

    /** The name of a file that is no note without its ending, or of the package that a source file stands for. */
    static final int STEM = 1;

    /** The name of the folder whose index or readme it is; from here on names yield to those of files. */
    public static final int FOLDER = 2;

    static final int TITLE = 3;
    static final int ALIAS = 4;
}
