package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Turns what a search says of documents into the set of their chunks. */
@ApplicationScoped
public class DocumentFilters {
    /** Fewer chunks are sorted on the event loop. */
    private static final int INLINE_CHUNKS = 4_000;

    private static final String CHUNKS = """
            select string_agg(int8send(k.no), '') as packed
            from document d join chunk k on k.document_id = d.id""";

    private final Offload offload;

    DocumentFilters(Offload offload) {
        this.offload = offload;
    }

    /** The chunks of these collections that a search may find. */
    Uni<ChunkSet> within(SqlConnection connection, List<CollectionRef> searched, DocumentSelection selection) {
        if (selection.isAll()) {
            return Uni.createFrom().item(ChunkSet.ALL);
        }
        SqlConditions conditions = new SqlConditions()
                .and(
                        "d.collection_id = any($)",
                        searched.stream().map(CollectionRef::id).toArray(UUID[]::new));
        selection.restrict(conditions);
        return connection
                .preparedQuery(CHUNKS + conditions.where())
                .execute(conditions.tuple())
                .chain(rows -> {
                    Buffer packed = rows.iterator().next().getBuffer("packed");
                    byte[] bytes = packed == null ? null : packed.getBytes();
                    return bytes == null || bytes.length <= INLINE_CHUNKS * Long.BYTES
                            ? Uni.createFrom().item(() -> ChunkSet.of(ChunkSet.unpack(bytes)))
                            : offload.interactive(() -> ChunkSet.of(ChunkSet.unpack(bytes)));
                });
    }
}
