package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a file.
 *
 * @param modifiedNs as {@link FolderEntry#modifiedNs}; null when it was too young to tell
 * @param documentId its document, wherever that is now
 * @param inPlace whether the document still is where the file says, with the content of the file
 * @param problemCode why the file is no document
 * @param gone whether it was not there at the last look
 */
record KnownFile(
        String path,
        long sizeBytes,
        @Nullable Long modifiedNs,
        byte @Nullable [] contentHash,
        @Nullable UUID documentId,
        boolean inPlace,
        @Nullable String problemCode,
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
                row.getString("problem_code"),
                row.getBoolean("gone"));
    }

    /** Whether the file is no document, for a reason that is stored. */
    boolean refused() {
        return problemCode != null;
    }

    /**
     * Whether an archive was taken like this, and nothing says that it is another by now.
     *
     * @param fingerprint as {@link FolderArchive#fingerprint}
     */
    boolean isArchive(FolderEntry entry, byte[] fingerprint) {
        return !gone
                && !refused()
                && documentId == null
                && Arrays.equals(contentHash, fingerprint)
                && sizeBytes == entry.sizeBytes()
                && modifiedNs != null
                && modifiedNs == entry.modifiedNs();
    }

    /** Whether an archive was refused, for a reason that nothing says is another by now. */
    boolean isRefusedArchive(FolderEntry entry) {
        // An archive that was judged as a file has no type, or was held against the limit for files.
        return refused()
                && !Objects.equals(problemCode, ExtractionCode.UNSUPPORTED_TYPE.wireName())
                && !Objects.equals(problemCode, ExtractionCode.TOO_LARGE.wireName())
                && looksLike(entry);
    }

    /** Whether nothing says that the file is another than the one that was read. */
    boolean looksLike(FolderEntry entry) {
        return (inPlace || refused())
                && sizeBytes == entry.sizeBytes()
                && modifiedNs != null
                && modifiedNs == entry.modifiedNs();
    }
}
