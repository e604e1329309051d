package dev.evenkeel.knowledge.folders;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder at the top as it was when it was found to be allowed. What is opened at its path later is compared with the key, since
 * another one, or a link, may have come to its place.
 *
 * @param path free of links at that time
 * @param key what tells it from every other directory, as far as the system knows
 */
record FolderRoot(Path path, @Nullable Object key) {}
