package dev.evenkeel.knowledge.folders;

/**
 * What a walk comes by.
 *
 * @param path below the root; of a folder that cannot be read it ends with a slash
 * @param readable whether it is a file; otherwise a folder of whose content nothing is known
 */
record FolderEntry(String path, long sizeBytes, long modifiedNs, boolean readable) {
    static FolderEntry unreadable(String folder) {
        return new FolderEntry(folder + "/", 0, 0, false);
    }
}
