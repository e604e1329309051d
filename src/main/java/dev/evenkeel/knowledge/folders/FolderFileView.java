package dev.evenkeel.knowledge.folders;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.DocumentView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file of a folder.
 *
 * @param path below the folder
 * @param state {@code indexed}, {@code pending}, {@code failed} or {@code gone}
 * @param documentId absent when it is no document
 * @param error why it is not indexed
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FolderFileView(
        String path, long sizeBytes, String state, @Nullable UUID documentId, DocumentView.@Nullable ErrorView error) {
    private static final int BASE_BYTES = 300;
    private static final Set<String> INDEXED = Set.of("completed", "searchable");
    private static final Set<String> PENDING = Set.of("queued", "processing");

    static FolderFileView of(Row row) {
        String code = row.getString("problem_code");
        String documentState = row.getString("document_state");
        return new FolderFileView(
                row.getString("path"),
                row.getLong("size_bytes"),
                state(row.getOffsetDateTime("gone_at") != null, documentState).wireName(),
                row.getUUID("document_id"),
                code == null
                        ? null
                        : new DocumentView.ErrorView(code, String.valueOf(row.getString("problem_detail"))));
    }

    /** About as many bytes as this takes as JSON. */
    long estimatedBytes() {
        return BASE_BYTES + path.length();
    }

    private static FolderFileState state(boolean gone, @Nullable String documentState) {
        if (gone) {
            return FolderFileState.GONE;
        }
        if (documentState == null) {
            return FolderFileState.FAILED;
        }
        return INDEXED.contains(documentState)
                ? FolderFileState.INDEXED
                : PENDING.contains(documentState) ? FolderFileState.PENDING : FolderFileState.FAILED;
    }
}
