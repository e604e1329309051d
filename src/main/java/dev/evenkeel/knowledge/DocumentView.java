package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
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

    static DocumentView of(Row row) {
        String errorCode = row.getString("error_code");
        OffsetDateTime indexedAt = row.getOffsetDateTime("indexed_at");
        return new DocumentView(
                row.getUUID("id"),
                row.getUUID("collection_id"),
                row.getString("collection_name"),
                row.getString("title"),
                row.getString("source_path"),
                row.getString("document_type"),
                row.getString("extraction_method"),
                row.getString("state"),
                row.getInteger("revision"),
                row.getInteger("indexed_revision"),
                row.getInteger("chunk_count"),
                row.getInteger("embedded_count"),
                row.getLong("token_count"),
                row.getInteger("page_count"),
                row.getLong("size_bytes"),
                row.getString("content_hash"),
                row.getString("metadata"),
                row.getString("properties"),
                List.of(row.getArrayOfStrings("warnings")),
                errorCode == null ? null : new ErrorView(errorCode, String.valueOf(row.getString("error_detail"))),
                row.getUUID("job_id"),
                row.getInteger("version"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                indexedAt == null ? null : indexedAt.toInstant());
    }

    /** About as many bytes as this takes as JSON. */
    long estimatedBytes() {
        return BASE_BYTES + metadata.length() + properties.length() + (long) WARNING_BYTES * warnings.size();
    }
}
