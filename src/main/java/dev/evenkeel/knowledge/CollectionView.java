package dev.evenkeel.knowledge;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A collection as the API shows it.
 *
 * @param embeddingModel whose vectors it is searched by; {@code default} is the configured model, {@code none} is none
 * @param nextEmbeddingModel whose vectors are being made by a job; it is searched by the others until all are there
 * @param contextualHeader whether title and headings are embedded with each passage
 * @param chunking how documents are cut that come from now on
 * @param documentsChunkedOtherwise indexed documents that were cut by other settings; null in lists, where counting takes too long
 */
@RegisterForReflection
public record CollectionView(
        UUID id,
        String name,
        @Nullable String description,
        String language,
        boolean keepOriginal,
        long documentCount,
        long chunkCount,
        long tokenCount,
        int version,
        Instant createdAt,
        Instant updatedAt,
        String embeddingModel,
        @Nullable String nextEmbeddingModel,
        boolean contextualHeader,
        ChunkingView chunking,
        @Nullable Long documentsChunkedOtherwise) {
    static CollectionView of(Row row, int configuredMaxTokens) {
        return new CollectionView(
                row.getUUID("id"),
                row.getString("name"),
                row.getString("description"),
                row.getString("language"),
                row.getBoolean("keep_original"),
                row.getLong("document_count"),
                row.getLong("chunk_count"),
                row.getLong("token_count"),
                row.getInteger("version"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getString("embedding_model"),
                row.getString("next_embedding_model"),
                row.getBoolean("contextual_header"),
                ChunkingView.of(
                        new Chunking(
                                row.getString("chunk_strategy"),
                                row.getInteger("chunk_max_tokens"),
                                row.getInteger("chunk_overlap_tokens")),
                        configuredMaxTokens),
                row.getLong("chunked_otherwise"));
    }
}
