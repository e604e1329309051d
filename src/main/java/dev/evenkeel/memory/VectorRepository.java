package dev.evenkeel.memory;

import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.filter.MetadataFilter;
import dev.evenkeel.platform.search.vector.Metric;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about collections of vectors, and what is known of their vectors besides the numbers. */
@ApplicationScoped
class VectorRepository {
    private static final String LIVING = "(v.expires_at is null or v.expires_at > now())";

    private static final String FIND = """
            select c.corpus_no, c.name, c.dimension, c.metric, s.chunks
            from memory_collection c
            join memory_namespace n on n.namespace_no = c.namespace_no
            join corpus_state s on s.corpus_no = c.corpus_no
            where n.owner_id = $1 and n.name = $2 and n.deleted_at is null and c.name = $3 and c.deleted_at is null""";

    private static final String VIEW = """
            select c.name, c.dimension, c.metric, c.created_at,
                   s.chunks - (select count(*) from memory_vector v
                               where v.corpus_no = c.corpus_no and v.expires_at <= now()) as vectors
            from memory_collection c
            join memory_namespace n on n.namespace_no = c.namespace_no
            join corpus_state s on s.corpus_no = c.corpus_no
            where n.owner_id = $1 and n.name = $2 and n.deleted_at is null and c.deleted_at is null""";

    /** A number is kept when a vector is replaced. */
    private static final String UPSERT = """
            insert into memory_vector as v (corpus_no, id, chunk_no, metadata, created_at, updated_at, expires_at)
            select $1, id, nextval('chunk_no_seq'), metadata::jsonb, statement_timestamp(), statement_timestamp(),
                   statement_timestamp() + nullif(ttl_s, 0) * interval '1 second'
            from unnest($2::text[], $3::text[], $4::bigint[]) as given(id, metadata, ttl_s) order by id
            on conflict (corpus_no, id) do update set metadata = excluded.metadata,
                created_at = case when v.expires_at <= excluded.updated_at then excluded.created_at else v.created_at end,
                updated_at = excluded.updated_at, expires_at = excluded.expires_at
            returning id, chunk_no, xmax = 0 as added, created_at = updated_at as created""";

    private static final String DELETE = """
            delete from memory_vector v where corpus_no = $1 and id = $2
            returning chunk_no, %s as living""".formatted(LIVING);

    private static final String GET = """
            select id, chunk_no, metadata::text as metadata, created_at, updated_at, expires_at from memory_vector v
            where corpus_no = $1 and id = $2 and %s""".formatted(LIVING);

    private static final String NAMES = """
            select v.chunk_no, v.id, v.metadata::text as metadata from memory_vector v where v.chunk_no = any($1) and %s""".formatted(LIVING);

    private static final String PACKED =
            "select string_agg(int8send(v.chunk_no), '' order by v.chunk_no) as packed from memory_vector v";

    /** A collection; fails with 404 when there is none. */
    Uni<VectorCollection> require(SqlConnection connection, UUID owner, String namespace, String name) {
        return find(connection, owner, namespace, name, "")
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("collection of vectors"));
    }

    /** The same, kept from being deleted until the end of the transaction. */
    Uni<VectorCollection> requireForWriting(SqlConnection tx, UUID owner, String namespace, String name) {
        return find(tx, owner, namespace, name, " for share of c")
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("collection of vectors"));
    }

    Uni<@Nullable VectorCollection> find(SqlConnection connection, UUID owner, String namespace, String name) {
        return find(connection, owner, namespace, name, "");
    }

    private static Uni<@Nullable VectorCollection> find(
            SqlConnection connection, UUID owner, String namespace, String name, String lock) {
        return connection
                .preparedQuery(FIND + lock)
                .execute(Tuple.of(owner, namespace, name))
                .map(rows -> rows.size() == 0
                        ? null
                        : VectorCollection.of(rows.iterator().next()));
    }

    /** Makes a collection unless there is one by now, or too many. */
    Uni<Boolean> create(
            SqlConnection tx,
            long namespaceNo,
            long corpusNo,
            String name,
            VectorRequests.Settings settings,
            int limit) {
        return tx.preparedQuery("""
                        insert into memory_collection (corpus_no, namespace_no, name, dimension, metric)
                        select $1, $2, $3, $4, $5 where (select count(*) from memory_collection
                            where namespace_no = $2 and deleted_at is null) < $6
                        on conflict (namespace_no, name) where deleted_at is null do nothing""")
                .execute(Tuple.of(
                        corpusNo,
                        namespaceNo,
                        name,
                        settings.dimension(),
                        settings.metric().name(),
                        limit))
                .map(rows -> rows.rowCount() > 0);
    }

    Uni<List<VectorRequests.View>> list(SqlConnection connection, UUID owner, String namespace) {
        return connection
                .preparedQuery(VIEW + " order by c.name")
                .execute(Tuple.of(owner, namespace))
                .map(VectorRepository::views);
    }

    Uni<VectorRequests.View> view(SqlConnection connection, UUID owner, String namespace, String name) {
        return connection
                .preparedQuery(VIEW + " and c.name = $3")
                .execute(Tuple.of(owner, namespace, name))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("collection of vectors");
                    }
                    return views(rows).get(0);
                });
    }

    private static List<VectorRequests.View> views(RowSet<Row> rows) {
        List<VectorRequests.View> views = new ArrayList<>(rows.size());
        rows.forEach(row -> views.add(new VectorRequests.View(
                row.getString("name"),
                row.getInteger("dimension"),
                Metric.valueOf(row.getString("metric")),
                row.getLong("vectors"),
                row.getOffsetDateTime("created_at").toInstant())));
        return views;
    }

    /** Hides a collection with its vectors, for good; writers that are at it are waited for. */
    Uni<Void> markDeleted(SqlConnection tx, long corpusNo) {
        return tx.preparedQuery("update memory_collection set deleted_at = now() where corpus_no = $1")
                .execute(Tuple.of(corpusNo))
                .replaceWithVoid();
    }

    Uni<RowSet<Row>> upsert(SqlConnection tx, long corpusNo, String[] ids, String[] metadata, Long[] ttlS) {
        return tx.preparedQuery(UPSERT).execute(Tuple.of(corpusNo, ids, metadata, ttlS));
    }

    Uni<@Nullable Row> delete(SqlConnection tx, long corpusNo, String id) {
        return tx.preparedQuery(DELETE).execute(Tuple.of(corpusNo, id)).map(VectorRepository::first);
    }

    Uni<@Nullable Row> get(SqlConnection connection, long corpusNo, String id) {
        return connection.preparedQuery(GET).execute(Tuple.of(corpusNo, id)).map(VectorRepository::first);
    }

    private static @Nullable Row first(RowSet<Row> rows) {
        return rows.size() == 0 ? null : rows.iterator().next();
    }

    /** The chunks of living vectors that meet a filter. */
    Uni<ChunkSet> within(SqlConnection connection, long corpusNo, @Nullable MetadataFilter filter) {
        SqlConditions conditions = new SqlConditions().and("v.corpus_no = $", corpusNo);
        conditions.and(filter == null ? "v.expires_at <= now()" : LIVING);
        if (filter != null) {
            conditions.and(filter.sql("v.metadata", conditions));
        }
        return connection
                .preparedQuery(PACKED + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> {
                    Buffer packed = rows.iterator().next().getBuffer("packed");
                    long[] chunkNos = ChunkSet.unpack(packed == null ? null : packed.getBytes());
                    return filter == null ? ChunkSet.except(chunkNos) : ChunkSet.of(chunkNos);
                });
    }

    /** Ids and metadata of living vectors. */
    Uni<RowSet<Row>> names(SqlConnection connection, Long[] chunkNos) {
        return connection.preparedQuery(NAMES).execute(Tuple.of((Object) chunkNos));
    }
}
