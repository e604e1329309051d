package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What indexing and searching need to know of a collection. */
public record CollectionRef(
        UUID id,
        @Nullable UUID ownerId,
        long corpusNo,
        String name,
        String language,
        boolean keepOriginal,
        Chunking chunking) {
    /** Of {@code collection c}. */
    public static final String COLUMNS = "c.id, c.owner_id, c.corpus_no, c.name, c.language, c.keep_original,"
            + " c.chunk_strategy, c.chunk_max_tokens, c.chunk_overlap_tokens";

    /** Who may see a job that works in this collection. */
    public Reach within() {
        return new Reach(ownerId, id);
    }

    /** Of a row with {@link #COLUMNS}. */
    public static CollectionRef of(Row row) {
        return new CollectionRef(
                row.getUUID("id"),
                row.getUUID("owner_id"),
                row.getLong("corpus_no"),
                row.getString("name"),
                row.getString("language"),
                row.getBoolean("keep_original"),
                new Chunking(
                        row.getString("chunk_strategy"),
                        row.getInteger("chunk_max_tokens"),
                        row.getInteger("chunk_overlap_tokens")));
    }
}
