package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
 * @param metadata what the client said of it
 * @param properties what its indexed content says of itself, for example title, author or language
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
        Map<String, Object> metadata,
        Map<String, Object> properties,
        List<String> warnings,
        @Nullable ErrorView error,
        @Nullable UUID jobId,
        int version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant indexedAt) {
    /** Why a document is not searchable in its newest content. */
    @RegisterForReflection
    public record ErrorView(String code, String detail) {}

    static DocumentView of(Document document) {
        return new DocumentView(
                document.id,
                document.collection.id,
                document.collection.name,
                document.title,
                document.sourcePath,
                document.documentType,
                document.extractionMethod,
                document.state,
                document.revision,
                document.indexedRevision,
                document.chunkCount,
                document.embeddedCount,
                document.tokenCount,
                document.pageCount,
                document.sizeBytes,
                HexFormat.of().formatHex(document.contentHash),
                document.metadata,
                document.properties,
                List.of(document.warnings),
                document.errorCode == null
                        ? null
                        : new ErrorView(document.errorCode, String.valueOf(document.errorDetail)),
                document.jobId,
                document.version,
                document.createdAt,
                document.updatedAt,
                document.indexedAt);
    }
}
