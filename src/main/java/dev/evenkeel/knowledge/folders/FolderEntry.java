package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import org.jspecify.annotations.Nullable;

/**
 * What a walk comes by.
 *
 * @param path below the root; of a folder that cannot be read it ends with a slash
 * @param modifiedNs when it was changed last, in nanoseconds since 1970; of a file in an archive the checksum of its content
 * @param readable whether it is a file; otherwise a folder of whose content nothing is known
 * @param inside what is left out of an archive, which is taken as a folder; null when it is none
 */
record FolderEntry(
        String path,
        long sizeBytes,
        long modifiedNs,
        boolean readable,
        @Nullable IgnoreRules inside) {
    static FolderEntry unreadable(String folder) {
        return new FolderEntry(folder + "/", 0, 0, false, null);
    }
}
