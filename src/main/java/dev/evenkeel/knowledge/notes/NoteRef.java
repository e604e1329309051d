package dev.evenkeel.knowledge.notes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A document, as far as is needed to name it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NoteRef(
        UUID documentId, String title, @Nullable String sourcePath, String documentType) {
    /** Columns of a table {@code d} of documents that {@link #of} reads. */
    static final String COLUMNS = "d.id as document_id, d.title, d.source_path, d.document_type";

    static NoteRef of(Row row) {
        return new NoteRef(
                row.getUUID("document_id"),
                row.getString("title"),
                row.getString("source_path"),
                row.getString("document_type"));
    }
}
