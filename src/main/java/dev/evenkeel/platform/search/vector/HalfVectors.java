package dev.evenkeel.platform.search.vector;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of half-precision vectors that pgvector searches: a copy of {@code chunk_vector}, which stays the truth, of unit
 * length. Triggers keep it in the transaction of every write, whichever build of the service writes. It is made here and not by
 * a migration, because the extension may come later, and may go again.
 */
final class HalfVectors {
    /** The most numbers a half vector may have in an HNSW index. */
    static final int MAX_DIMENSION = 4_000;

    /** The name of a model's index begins so and ends with its number. */
    static final String INDEX = "chunk_half_vector_hnsw_";

    /** Neighbours of a node of the graph: with more, each node that a search looks at costs more than they save it. */
    private static final int NEIGHBOURS = 16;

    /** Candidates for neighbours that a new node looks at; 64, the extension's default, loses too much of short questions to long texts. */
    private static final int BUILD_CANDIDATES = 256;

    /** A condition: the table is there, and so is everything that keeps it up to date. */
    static final String IS_SOUND = """
            exists (select from pg_attribute where attrelid = to_regclass('chunk_half_vector')
                      and attname = 'embedding' and not attisdropped)
              and (select count(*) from pg_trigger where tgrelid = to_regclass('chunk_vector') and tgenabled = 'O'
                   and tgname in ('half_vector_added', 'half_vector_changed', 'half_vector_gone')) = 3""";

    /** Numbers are read from their bytes: sign, exponent and 15 bits of the fraction. Not finite or tiny ones count as 0. */
    private static final String OF_BYTES = """
            create or replace function chunk_half_vector_of(numbers bytea) returns halfvec
            language sql immutable strict parallel safe as $$
              select l2_normalize(array_agg(case when exponent in (0, 255) then 0 else
                       (1 - 2 * (high >> 7)) * (1 + (((middle & 127) << 8) | low) / 32768.0::float8)
                       * power(2::float8, exponent - 127) end order by i)::vector)::halfvec
              from (select i, high, middle, low, ((high & 127) << 1) | (middle >> 7) as exponent
                    from (select i, get_byte(numbers, 4 * i + 3) as high, get_byte(numbers, 4 * i + 2) as middle,
                                 get_byte(numbers, 4 * i + 1) as low
                          from generate_series(0, octet_length(numbers) / 4 - 1) i) bytes) parts
            $$""";

    /** Removals go by the numbers of chunks as an array: a plan that is kept then stays one by the index, however many they are. */
    private static final List<String> MAKE = List.of(
            "drop table if exists chunk_half_vector",
            """
            create table chunk_half_vector (
                chunk_no  bigint not null,
                model_no  integer not null,
                corpus_no bigint not null,
                embedding halfvec not null,
                primary key (chunk_no, model_no)
            ) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.1)""",
            "create index chunk_half_vector_corpus on chunk_half_vector (corpus_no, model_no)",
            OF_BYTES,
            """
            create or replace function chunk_half_vector_keep() returns trigger language plpgsql as $$
            begin
              if tg_op <> 'INSERT' then
                delete from chunk_half_vector where chunk_no = any(array(select chunk_no from gone))
                  and (chunk_no, model_no) in (select chunk_no, model_no from gone);
              end if;
              if tg_op <> 'DELETE' then
                insert into chunk_half_vector (chunk_no, model_no, corpus_no, embedding)
                select chunk_no, model_no, corpus_no, chunk_half_vector_of(vector)
                from come join embedding_model using (model_no)
                where dimension <= %d and octet_length(vector) = 4 * dimension
                on conflict (chunk_no, model_no)
                  do update set corpus_no = excluded.corpus_no, embedding = excluded.embedding;
              end if;
              return null;
            end $$""".formatted(MAX_DIMENSION),
            // With "drop extension vector cascade" the triggers go too, so that writes do not miss what they write to.
            "alter function chunk_half_vector_keep() depends on extension vector",
            """
            create or replace trigger half_vector_added after insert on chunk_vector
            referencing new table as come for each statement execute function chunk_half_vector_keep()""",
            """
            create or replace trigger half_vector_changed after update on chunk_vector
            referencing old table as gone new table as come
            for each statement execute function chunk_half_vector_keep()""",
            """
            create or replace trigger half_vector_gone after delete on chunk_vector
            referencing old table as gone for each statement execute function chunk_half_vector_keep()""");

    /**
     * Rows are locked, so that a removal comes before this, or after it and then removes the copy too. A vector of a wrong length,
     * which is none, has no copy.
     */
    private static final String FILL = """
            with page as materialized (
                select v.chunk_no, v.model_no, v.corpus_no, v.vector from chunk_vector v
                where v.model_no = $1 and v.chunk_no > $2 order by v.chunk_no limit $3 for key share of v),
            copied as (
                insert into chunk_half_vector (chunk_no, model_no, corpus_no, embedding)
                select chunk_no, model_no, corpus_no, chunk_half_vector_of(vector)
                from page join embedding_model using (model_no)
                where dimension <= $4 and octet_length(vector) = 4 * dimension and not exists (
                    select from chunk_half_vector h where h.chunk_no = page.chunk_no and h.model_no = page.model_no)
                on conflict do nothing)
            select max(chunk_no) as last from page""";

    private HalfVectors() {}

    /** Makes what is missing, in the caller's transaction. A copy that was not kept by all triggers begins anew. */
    static Uni<Void> prepare(SqlConnection tx) {
        return tx.query("select " + IS_SOUND + " as sound").execute().chain(rows -> {
            Uni<Void> made = Uni.createFrom().voidItem();
            if (!rows.iterator().next().getBoolean("sound")) {
                for (String statement : MAKE) {
                    made = made.chain(() -> tx.query(statement).execute().replaceWithVoid());
                }
            }
            return made;
        });
    }

    /** Copies vectors of a model that have no copy, some at a time; gives the last chunk looked at, or null at the end. */
    static Uni<@Nullable Long> fill(SqlConnection tx, int modelNo, long after, int most) {
        return tx.preparedQuery(FILL)
                .execute(Tuple.of(modelNo, after, most, MAX_DIMENSION))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return row.getLong("last");
                });
    }

    /** The statement that makes the index of a model; not in a transaction. */
    static String createIndex(int modelNo, int dimension) {
        return """
                create index concurrently if not exists %s%d on chunk_half_vector
                using hnsw ((embedding::halfvec(%d)) halfvec_cosine_ops) with (m = %d, ef_construction = %d)
                where model_no = %d""".formatted(INDEX, modelNo, dimension, NEIGHBOURS, BUILD_CANDIDATES, modelNo);
    }
}
