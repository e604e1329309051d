package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.evenkeel.platform.database.RowReader;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A document as the API shows it.
 *
 * @param sourcePath where it comes from; within a collection it is the document's identity when present
 * @param state see {@link DocumentState}
 * @param revision counts the contents that were accepted, from 1
 * @param indexedRevision the content that searches find, absent until there is one
 * @param tokenCount tokens (cl100k_base) of all chunks
 * @param contentHash SHA-256 of the bytes, hexadecimal
 * @param metadata what the client said of it, a JSON object
 * @param properties what its indexed content says of itself, for example title, author or language, a JSON object
 * @param warnings what was lost or guessed while the text was extracted
 * @param error why it was rejected or has failed
 * @param jobId the job that works on it, or worked on it last
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DocumentView(
        UUID id,
        UUID collectionId,
        String collectionName,
        String title,
        @Nullable String sourcePath,
        String documentType,
        @Nullable String extractionMethod,
        String state,
        int revision,
        @Nullable Integer indexedRevision,
        int chunkCount,
        int embeddedCount,
        long tokenCount,
        int pageCount,
        long sizeBytes,
        String contentHash,
        @JsonRawValue @Schema(implementation = Map.class) String metadata,
        @JsonRawValue @Schema(implementation = Map.class) String properties,
        List<String> warnings,
        @Nullable ErrorView error,
        @Nullable UUID jobId,
        int version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant indexedAt) {
    private static final int BASE_BYTES = 1_000;
    private static final int WARNING_BYTES = 100;

    /** Why a document is not searchable in its newest content. */
    @RegisterForReflection
    public record ErrorView(String code, String detail) {}

    /** What {@link #of} takes of a document {@code d} and its collection {@code c}, in this order. */
    static final String COLUMNS = """
            d.id, d.collection_id, c.name, d.title, d.source_path, d.document_type, d.extraction_method, d.state, d.revision,
            d.indexed_revision, d.chunk_count, d.embedded_count, d.token_count, d.page_count, d.size_bytes,
            encode(d.content_hash, 'hex'), d.metadata::text, d.properties::text, d.warnings, d.error_code, d.error_detail,
            d.job_id, d.version, """
            + RowReader.instant("d.created_at") + ", " + RowReader.instant("d.updated_at") + ", "
            + RowReader.instant("d.indexed_at");

    static DocumentView of(Row row) {
        RowReader columns = new RowReader(row);
        return new DocumentView(
                columns.uuid(),
                columns.uuid(),
                columns.text(),
                columns.text(),
                columns.textOrNull(),
                columns.text(),
                columns.textOrNull(),
                columns.text(),
                columns.number(),
                columns.numberOrNull(),
                columns.number(),
                columns.number(),
                columns.bigNumber(),
                columns.number(),
                columns.bigNumber(),
                columns.text(),
                columns.text(),
                columns.text(),
                columns.texts(),
                error(columns.textOrNull(), columns.textOrNull()),
                columns.uuidOrNull(),
                columns.number(),
                columns.instant(),
                columns.instant(),
                columns.instantOrNull());
    }

    private static @Nullable ErrorView error(@Nullable String code, @Nullable String detail) {
        return code == null ? null : new ErrorView(code, String.valueOf(detail));
    }

    /** About as many bytes as this takes as JSON. */
    long estimatedBytes() {
        return BASE_BYTES + metadata.length() + properties.length() + (long) WARNING_BYTES * warnings.size();
    }
}
