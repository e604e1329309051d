package dev.evenkeel.platform.search.vector;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Finds the candidates of a search among half-precision vectors, in the database. */
@ApplicationScoped
class HalfVectorSearch {
    private static final Logger LOG = Logger.getLogger(HalfVectorSearch.class);

    /**
     * The share of hits that are ranked exactly in addition, and so many at least: half precision moves a cosine by about 1e-5,
     * so that few change places.
     */
    private static final double RESERVE = 0.25;

    private static final int LEAST_RESERVE = 50;

    /** Bytes of a candidate: chunk number and corpus number. */
    private static final int PACKED_BYTES = 2 * Long.BYTES;

    /**
     * An index that is not valid is being built, or is what a broken build left, and one whose table is not kept up to date may
     * lack something: both are as if there were none.
     */
    private static final String STATE = """
            select (select coalesce(sum(chunks), 0) from corpus_state where corpus_no = any($1))::bigint as chunks,
                   (select greatest(c.reltuples, 0)::bigint from pg_class c join pg_index i on i.indexrelid = c.oid
                    where c.oid = to_regclass($2) and i.indisvalid and %s) as indexed""".formatted(HalfVectors.IS_SOUND);

    private static final String PACKED = "string_agg(int8send(chunk_no) || int8send(corpus_no), '' order by distance)";

    /**
     * The settings hold for this statement alone, and are made before the index is opened, because the query's vector comes from
     * the same row. Of nodes, model and dimension there is a statement each, so that the plan is made for them.
     */
    private static final String BY_GRAPH = """
            with asked as materialized (
                select $1::real[]::halfvec(%1$d) as vector,
                       set_config('hnsw.iterative_scan', 'relaxed_order', true),
                       set_config('hnsw.ef_search', '%4$d', true),
                       set_config('hnsw.max_scan_tuples', '%5$d', true),
                       set_config('hnsw.scan_mem_multiplier', '8', true))
            select %6$s as packed from (
                select chunk_no, corpus_no, embedding::halfvec(%1$d) <=> (select vector from asked) as distance
                from chunk_half_vector where model_no = %2$d order by distance limit %3$d) nearest""";

    private static final String BY_KEY = """
            select %s as packed from (
                select chunk_no, corpus_no, embedding <=> (select $1::real[]::halfvec) as distance
                from chunk_half_vector where chunk_no = any($2) and model_no = $3 order by distance limit $4) nearest""".formatted(PACKED);

    private static final String BY_CORPUS = """
            select %s as packed from (
                select chunk_no, corpus_no, embedding <=> (select $1::real[]::halfvec) as distance
                from chunk_half_vector where corpus_no = any($2) and model_no = $3 order by distance limit $4) nearest""".formatted(PACKED);

    private static final int LEAST_EF_SEARCH = 40;
    private static final int MOST_EF_SEARCH = 1_000;

    private final PgVector pgVector;
    private final VectorIndexConfig config;

    HalfVectorSearch(PgVector pgVector, VectorIndexConfig config) {
        this.pgVector = pgVector;
        this.config = config;
    }

    /**
     * Numbers of some more chunks than are asked for, the nearest by cosine of those that may be found, and ascending; fewer when
     * there are no more.
     *
     * @return nothing where pgvector is not used, or has no index of the model (yet)
     */
    Uni<Optional<long[]>> candidates(SqlConnection connection, VectorQuery query) {
        if (!pgVector.used() || query.vector().length > HalfVectors.MAX_DIMENSION) {
            return Uni.createFrom().item(Optional.empty());
        }
        return connection
                .preparedQuery(STATE)
                .execute(Tuple.of(query.corpusNos().toArray(Long[]::new), HalfVectors.INDEX + query.modelNo()))
                .chain(rows -> {
                    Row state = rows.iterator().next();
                    Long indexed = state.getLong("indexed");
                    return indexed == null
                            ? Uni.createFrom().item(Optional.<long[]>empty())
                            : new Attempt(connection, query, state.getLong("chunks"), indexed)
                                    .first()
                                    .map(Optional::of);
                })
                .onFailure(HalfVectorSearch::isGone)
                .recoverWithItem(failure -> {
                    LOG.warnf("Vectors are searched in memory, because pgvector failed: %s", failure.getMessage());
                    return Optional.empty();
                });
    }

    /** Whether the extension, or what was made with it, has been taken away; a search does not fail for that. */
    private static boolean isGone(Throwable failure) {
        return failure instanceof PgException refused
                && refused.getSqlState() != null
                && (refused.getSqlState().startsWith("42")
                        || refused.getSqlState().startsWith("58"));
    }

    /** One search, from the plan that is expected to be the cheapest to one that is sure. */
    private final class Attempt {
        private final SqlConnection connection;
        private final VectorQuery query;
        private final int wanted;
        private final long allowed;
        private final long indexed;
        private final boolean listed;
        private final Float[] unit;

        Attempt(SqlConnection connection, VectorQuery query, long chunks, long indexed) {
            int named = query.within().numbers().length;
            this.connection = connection;
            this.query = query;
            this.wanted = query.limit() + Math.max(LEAST_RESERVE, (int) (query.limit() * RESERVE));
            this.listed = query.within().listsAtMost(named);
            this.allowed = listed ? named : Math.max(1, chunks - named);
            this.indexed = indexed;
            this.unit = unit(query.vector());
        }

        Uni<long[]> first() {
            return run(CandidatePlan.of(query.limit(), config.visited(), config.compared(), allowed, indexed, listed));
        }

        private Uni<long[]> run(CandidatePlan plan) {
            if (!plan.byGraph()) {
                return oneByOne();
            }
            return connection
                    .preparedQuery(byGraph(plan.nodes()))
                    .execute(Tuple.of(unit))
                    .chain(rows -> {
                        long[] found = allowed(rows.iterator().next().getBuffer("packed"));
                        return found.length >= query.limit()
                                ? Uni.createFrom().item(found)
                                : run(plan.further(allowed, listed));
                    });
        }

        private String byGraph(int nodes) {
            int efSearch = Math.max(LEAST_EF_SEARCH, Math.min(MOST_EF_SEARCH, nodes));
            return BY_GRAPH.formatted(unit.length, query.modelNo(), nodes, efSearch, 2 * nodes, PACKED);
        }

        private Uni<long[]> oneByOne() {
            if (listed) {
                Long[] numbers = Arrays.stream(query.within().numbers()).boxed().toArray(Long[]::new);
                return connection
                        .preparedQuery(BY_KEY)
                        .execute(Tuple.of(unit, numbers, query.modelNo(), wanted))
                        .map(rows -> allowed(rows.iterator().next().getBuffer("packed")));
            }
            // What may not be found can stand among the nearest, so that so many more are asked for.
            int most = wanted + query.within().numbers().length;
            return connection
                    .preparedQuery(BY_CORPUS)
                    .execute(Tuple.of(unit, query.corpusNos().toArray(Long[]::new), query.modelNo(), most))
                    .map(rows -> allowed(rows.iterator().next().getBuffer("packed")));
        }

        /**
         * The nearest of those that may be found, from packed ones in the order of their distance; in the order in which they
         * are stored, so that those of one page are read together.
         */
        private long[] allowed(io.vertx.mutiny.core.buffer.@Nullable Buffer packed) {
            if (packed == null) {
                return new long[0];
            }
            Set<Long> corpora = Set.copyOf(query.corpusNos());
            ByteBuffer bytes = ByteBuffer.wrap(packed.getBytes());
            long[] found = new long[Math.min(wanted, bytes.remaining() / PACKED_BYTES)];
            int size = 0;
            while (size < found.length && bytes.remaining() >= PACKED_BYTES) {
                long chunkNo = bytes.getLong();
                if (corpora.contains(bytes.getLong()) && query.within().contains(chunkNo)) {
                    found[size++] = chunkNo;
                }
            }
            long[] nearest = Arrays.copyOf(found, size);
            Arrays.sort(nearest);
            return nearest;
        }
    }

    /** Of length 1, so that no number is too large for half precision. */
    private static Float[] unit(float[] vector) {
        double length = Math.sqrt(Vectors.innerProduct(vector, vector));
        Float[] unit = new Float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = length == 0 ? 0f : (float) (vector[i] / length);
        }
        return unit;
    }
}
