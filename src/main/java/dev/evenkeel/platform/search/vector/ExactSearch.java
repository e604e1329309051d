package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;

/** Compares a query with vectors one by one: with those of given chunks, or with all of some corpora. */
final class ExactSearch {
    /** So many bytes of vectors are compared on an event loop at most. */
    private static final int INLINE_BYTES = 1024 * 1024;

    /** Bytes of vectors that are read at once. */
    private static final int PAGE_BYTES = 2 * 1024 * 1024;

    private static final int SMALLEST_PAGE = 64;

    /* A row for each vector: to put them together into one value would take the server as long again. */
    private static final String BY_NUMBER = """
            select v.* from unnest($1::bigint[]) as wanted(chunk_no)
            cross join lateral (select chunk_no, corpus_no, vector from chunk_vector
              where chunk_vector.chunk_no = wanted.chunk_no and chunk_vector.model_no = $2 offset 0) v""";

    private static final String PAGE = """
            select chunk_no, corpus_no, vector from chunk_vector
            where corpus_no = $1 and model_no = $2 and chunk_no > $3 order by chunk_no limit $4""";

    private final Offload offload;

    ExactSearch(Offload offload) {
        this.offload = offload;
    }

    /** The nearest of the given chunks. */
    Uni<List<VectorHit>> among(SqlConnection connection, Long[] chunkNos, VectorQuery query) {
        if (chunkNos.length == 0) {
            return Uni.createFrom().item(List.of());
        }
        NearestHits nearest = new NearestHits(query);
        return connection
                .preparedQuery(BY_NUMBER)
                .execute(Tuple.of(chunkNos, query.modelNo()))
                .chain(rows -> compare(nearest, rows))
                .map(ignored -> nearest.best());
    }

    /** The nearest of all chunks of the corpora. Linear in their number, at about two million numbers a millisecond. */
    Uni<List<VectorHit>> all(SqlConnection connection, VectorQuery query) {
        NearestHits nearest = new NearestHits(query);
        return Multi.createFrom()
                .iterable(query.corpusNos())
                .onItem()
                .transformToUniAndConcatenate(corpusNo -> pages(connection, corpusNo, query, 0, nearest))
                .collect()
                .last()
                .map(ignored -> nearest.best());
    }

    private Uni<Boolean> pages(
            SqlConnection connection, long corpusNo, VectorQuery query, long after, NearestHits nearest) {
        int size = Math.max(SMALLEST_PAGE, PAGE_BYTES / (query.vector().length * Float.BYTES));
        return connection
                .preparedQuery(PAGE)
                .execute(Tuple.of(corpusNo, query.modelNo(), after, size))
                .chain(rows -> compare(nearest, rows))
                .chain(last -> last.compared() < size
                        ? Uni.createFrom().item(true)
                        : pages(connection, corpusNo, query, last.chunkNo(), nearest));
    }

    /** What was compared: how many vectors, and the chunk of the last. */
    private record Compared(int compared, long chunkNo) {}

    private Uni<Compared> compare(NearestHits nearest, RowSet<Row> rows) {
        return nearest.bytesOf(rows.size()) <= INLINE_BYTES
                ? Uni.createFrom().item(() -> compareAll(nearest, rows))
                : offload.interactive(() -> compareAll(nearest, rows));
    }

    private static Compared compareAll(NearestHits nearest, RowSet<Row> rows) {
        long last = 0;
        for (Row row : rows) {
            last = row.getLong(0);
            nearest.add(last, row.getLong(1), row.getBuffer(2));
        }
        return new Compared(rows.size(), last);
    }
}
