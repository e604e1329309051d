package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Turns what a search says of documents into the set of their chunks. */
@ApplicationScoped
public class DocumentFilters {
    /** Fewer chunks are unpacked on the event loop. */
    private static final int INLINE_CHUNKS = 4_000;

    /** Of most documents the first and the last number say all; of those among whose numbers are others', each is read. */
    private static final String CHUNKS = """
            with selected as (
              select sum(chunk_count) as chunks,
                     string_agg(int8send(first_chunk_no) || int8send(last_chunk_no), '') filter (where run) as runs,
                     array_agg(id) filter (where run is not true) as others
              from document d
              cross join lateral (select last_chunk_no - first_chunk_no + 1 = chunk_count as run) whole%s)
            select chunks, runs,
                   (select string_agg(int8send(no), '') from chunk where document_id = any(selected.others)) as numbers
            from selected""";

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
                .preparedQuery(CHUNKS.formatted(conditions.where()))
                .execute(conditions.tuple())
                .chain(rows -> {
                    Row row = rows.iterator().next();
                    byte[] runs = bytes(row, "runs");
                    byte[] numbers = bytes(row, "numbers");
                    Long chunks = row.getLong("chunks");
                    return chunks == null || chunks <= INLINE_CHUNKS
                            ? Uni.createFrom().item(() -> ChunkSet.unpack(runs, numbers))
                            : offload.interactive(() -> ChunkSet.unpack(runs, numbers));
                });
    }

    private static byte[] bytes(Row row, String column) {
        Buffer packed = row.getBuffer(column);
        return packed == null ? new byte[0] : packed.getBytes();
    }
}
