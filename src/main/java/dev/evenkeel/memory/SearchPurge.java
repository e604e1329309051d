package dev.evenkeel.memory;

import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Frees what expired vectors, deleted collections of vectors and deleted namespaces have left in the search index. */
@ApplicationScoped
class SearchPurge {
    private static final int ROWS = 20_000;
    private static final int CORPORA = 20;

    private static final String EXPIRED = """
            delete from memory_vector v using (
                select corpus_no, id from memory_vector where expires_at <= clock_timestamp()
                order by expires_at limit $1 for update skip locked) dead
            where v.corpus_no = dead.corpus_no and v.id = dead.id
            returning v.corpus_no, v.chunk_no""";

    private static final String DEAD = """
            with dead as materialized (
                select corpus_no from memory_namespace where deleted_at is not null and corpus_no is not null
                union all
                select c.corpus_no from memory_collection c join memory_namespace n using (namespace_no)
                where c.deleted_at is not null or n.deleted_at is not null)
            """;

    private static final List<String> EMPTY = List.of(DEAD + """
                    delete from memory_search where chunk_no = any(array(select chunk_no from memory_search
                        where corpus_no in (select corpus_no from dead) limit $1 for update skip locked))""", DEAD + """
                    delete from memory_vector where chunk_no = any(array(select chunk_no from memory_vector
                        where corpus_no in (select corpus_no from dead) limit $1 for update skip locked))""", DEAD + """
                    delete from chunk_vector where chunk_no = any(array(select v.chunk_no from dead cross join lateral (
                        select chunk_no from chunk_vector where chunk_vector.corpus_no = dead.corpus_no limit $1) v limit $1))""");

    /** An hour after the deletion no write can still be on its way. */
    private static final String DROPPABLE = """
            select corpus_no from (
                select corpus_no from memory_namespace
                where deleted_at < now() - interval '1 hour' and corpus_no is not null
                union all
                select c.corpus_no from memory_collection c join memory_namespace n using (namespace_no)
                where coalesce(c.deleted_at, n.deleted_at) < now() - interval '1 hour') dead
            where not exists (select from memory_search s where s.corpus_no = dead.corpus_no)
              and not exists (select from memory_vector v where v.corpus_no = dead.corpus_no)
              and not exists (select from chunk_vector c where c.corpus_no = dead.corpus_no)
            limit $1""";

    private final VectorIndex vectors;
    private final CorpusState corpora;

    SearchPurge(VectorIndex vectors, CorpusState corpora) {
        this.vectors = vectors;
        this.corpora = corpora;
    }

    Uni<Void> purge(SqlConnection tx) {
        Uni<Void> emptied = Uni.createFrom().voidItem();
        for (String statement : EMPTY) {
            emptied = emptied.chain(
                    () -> tx.preparedQuery(statement).execute(Tuple.of(ROWS)).replaceWithVoid());
        }
        return emptied.chain(() -> drop(tx)).chain(() -> sweep(tx));
    }

    private Uni<Void> drop(SqlConnection tx) {
        return tx.preparedQuery(DROPPABLE)
                .execute(Tuple.of(CORPORA))
                .onItem()
                .transformToMulti(rows -> Multi.createFrom().iterable(rows))
                .map(row -> row.getLong("corpus_no"))
                .onItem()
                .transformToUniAndConcatenate(corpusNo -> corpora.drop(tx, corpusNo)
                        .chain(() -> tx.preparedQuery(
                                        "update memory_namespace set corpus_no = null where corpus_no = $1")
                                .execute(Tuple.of(corpusNo)))
                        .chain(() -> tx.preparedQuery("delete from memory_collection where corpus_no = $1")
                                .execute(Tuple.of(corpusNo))))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> sweep(SqlConnection tx) {
        return tx.preparedQuery(EXPIRED).execute(Tuple.of(ROWS)).chain(rows -> {
            List<CorpusState.Removed> gone = new ArrayList<>(rows.size());
            for (Row row : rows) {
                gone.add(new CorpusState.Removed(row.getLong("corpus_no"), row.getLong("chunk_no")));
            }
            return vectors.remove(
                            tx, gone.stream().map(CorpusState.Removed::chunkNo).toList())
                    .chain(() -> corpora.commitRemovals(tx, gone));
        });
    }
}
