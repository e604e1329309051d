package dev.evenkeel.knowledge.folders;

import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a file.
 *
 * @param modifiedNs as {@link FolderEntry#modifiedNs}; null when it was too young to tell
 * @param documentId its document, wherever that is now
 * @param inPlace whether the document still is where the file says, with the content of the file
 * @param refused whether the file is no document, for a reason that is stored
 * @param gone whether it was not there at the last look
 */
record KnownFile(
        String path,
        long sizeBytes,
        @Nullable Long modifiedNs,
        byte @Nullable [] contentHash,
        @Nullable UUID documentId,
        boolean inPlace,
        boolean refused,
        boolean gone) {
    static KnownFile of(Row row) {
        Buffer hash = row.getBuffer("content_hash");
        return new KnownFile(
                row.getString("path"),
                row.getLong("size_bytes"),
                row.getLong("modified_ns"),
                hash == null ? null : hash.getBytes(),
                row.getUUID("document_id"),
                row.getBoolean("in_place"),
                row.getBoolean("refused"),
                row.getBoolean("gone"));
    }

    /** Whether nothing says that the file is another than the one that was read. */
    boolean looksLike(FolderEntry entry) {
        return (inPlace || refused)
                && sizeBytes == entry.sizeBytes()
                && modifiedNs != null
                && modifiedNs == entry.modifiedNs();
    }
}
