package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What indexing and searching need to know of a collection.
 *
 * @param embeddingModelId whose vectors it is searched by
 * @param nextEmbeddingModelId whose vectors are being made, while it is on its way to another model
 * @param contextualHeader whether title and headings are embedded with each passage
 */
public record CollectionRef(
        UUID id,
        @Nullable UUID ownerId,
        long corpusNo,
        String name,
        String language,
        boolean keepOriginal,
        UUID embeddingModelId,
        @Nullable UUID nextEmbeddingModelId,
        boolean contextualHeader,
        Chunking chunking) {
    /** Of a collection {@code c}. */
    public static final String COLUMNS = "c.id, c.owner_id, c.corpus_no, c.name, c.language, c.keep_original,"
            + " c.embedding_model_id, c.next_embedding_model_id, c.contextual_header,"
            + " c.chunk_strategy, c.chunk_max_tokens, c.chunk_overlap_tokens";

    /** Of a collection {@code c}: whether a restore fills it, or failed to and can be retried, which it can while it has its archive. */
    public static final String BEING_RESTORED = """
            (c.id in (select r.collection_id from collection_restore r
               join collection_restore_part p on p.restore_id = r.id and p.part_no = 0
               where r.collection_id is not null))""";

    /** Who may see a job that works in this collection. */
    public Reach within() {
        return new Reach(ownerId, id);
    }

    /** Whether passages get the same vectors in the one state of the collection as in the other. */
    public boolean embedsAs(CollectionRef other) {
        return embeddingModelId.equals(other.embeddingModelId)
                && Objects.equals(nextEmbeddingModelId, other.nextEmbeddingModelId)
                && contextualHeader == other.contextualHeader;
    }

    /** Reads {@link #COLUMNS}. */
    public static CollectionRef of(Row row) {
        return new CollectionRef(
                row.getUUID("id"),
                row.getUUID("owner_id"),
                row.getLong("corpus_no"),
                row.getString("name"),
                row.getString("language"),
                row.getBoolean("keep_original"),
                row.getUUID("embedding_model_id"),
                row.getUUID("next_embedding_model_id"),
                row.getBoolean("contextual_header"),
                new Chunking(
                        row.getString("chunk_strategy"),
                        row.getInteger("chunk_max_tokens"),
                        row.getInteger("chunk_overlap_tokens")));
    }
}
