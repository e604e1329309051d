package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** How a collection stands on its way from one model to another, in the database. */
@ApplicationScoped
class ReembeddingState {
    private static final String FIND =
            "select " + CollectionRef.COLUMNS + " from collection c where c.id = $1 and c.deleted_at is null";

    /**
     * Whether something that was written since a version of the corpus stands in the way of the switch: a chunk that search
     * by vectors finds now and would not find then, or one that nobody would embed any more; unless the model refuses it.
     */
    private static final String LATECOMERS = """
            select exists (
              select from corpus_delta w
              join chunk k on k.no between w.first_chunk_no and w.last_chunk_no
              join document d on d.id = k.document_id and d.collection_id = $1
              where w.corpus_no = $2 and w.version > $3 and w.first_chunk_no is not null
                and not exists (select from chunk_vector v where v.chunk_no = k.no and v.model_no = $4)
                and k.no <> all($6)
                and (d.state = 'completed'
                     or exists (select from chunk_vector v where v.chunk_no = k.no and v.model_no = $5)))
              or exists (select from corpus_state s where s.corpus_no = $2 and s.pruned_version > $3) as late""";

    private static final int NO_MODEL = 0;

    private final Embedders embedders;
    private final VectorIndex vectors;

    ReembeddingState(Embedders embedders, VectorIndex vectors) {
        this.embedders = embedders;
        this.vectors = vectors;
    }

    /** The living collection. */
    Uni<Optional<CollectionRef>> find(SqlConnection connection, UUID id) {
        return find(connection, id, FIND);
    }

    /** The same, which keeps its model until the transaction ends. */
    Uni<Optional<CollectionRef>> share(SqlConnection tx, UUID id) {
        return find(tx, id, FIND + " for share of c");
    }

    /** The same, whose model nobody else looks at until the transaction ends. */
    Uni<Optional<CollectionRef>> lock(SqlConnection tx, UUID id) {
        return find(tx, id, FIND + " for update of c");
    }

    private static Uni<Optional<CollectionRef>> find(SqlConnection connection, UUID id, String query) {
        return connection.preparedQuery(query).execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return Optional.of(CollectionRef.of(row));
            }
            return Optional.empty();
        });
    }

    /**
     * The version of a corpus as committed.
     *
     * @param pruned up to which it is not known any more what changed
     */
    record Versions(long present, long pruned) {}

    static Uni<Versions> versions(SqlConnection connection, long corpusNo) {
        return connection
                .preparedQuery("select version, pruned_version from corpus_state where corpus_no = $1")
                .execute(Tuple.of(corpusNo))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Versions(row.getLong("version"), row.getLong("pruned_version"));
                });
    }

    /** Whether what was written since a version keeps a locked collection from going over to a model. */
    Uni<Boolean> hasLatecomers(
            SqlConnection tx,
            CollectionRef collection,
            Optional<Embedder> present,
            int modelNo,
            long sinceVersion,
            Set<Long> refused) {
        Uni<Integer> presentNo = present.isEmpty()
                ? Uni.createFrom().item(NO_MODEL)
                : vectors.knownModelNo(tx, present.get().model(), present.get().dimension())
                        .map(known -> known == null ? NO_MODEL : known);
        return presentNo.chain(no -> tx.preparedQuery(LATECOMERS)
                .execute(Tuple.of(
                        collection.id(),
                        collection.corpusNo(),
                        sinceVersion,
                        modelNo,
                        no,
                        refused.toArray(Long[]::new)))
                .map(rows -> rows.iterator().next().getBoolean("late")));
    }

    /** The collection is searched by a model from the commit on, and what it has of others is obsolete. */
    Uni<Void> arrive(SqlConnection tx, CollectionRef collection, UUID modelId, int modelNo) {
        return tx.preparedQuery("""
                        update collection set embedding_model_id = $2, next_embedding_model_id = null,
                          version = version + 1, updated_at = now()
                        where id = $1""")
                .execute(Tuple.of(collection.id(), modelId))
                .chain(() -> keepOnly(tx, collection.corpusNo(), modelNo));
    }

    /** The collection stays with the model that it has; what was made of the other one is obsolete. */
    Uni<Void> giveUp(SqlConnection tx, CollectionRef collection) {
        return tx.preparedQuery("""
                        update collection set next_embedding_model_id = null, version = version + 1, updated_at = now()
                        where id = $1""").execute(Tuple.of(collection.id())).chain(() -> keepPresent(tx, collection));
    }

    /** Marks the vectors of all models as obsolete but those that the collection is searched by, or on its way to, and only those. */
    Uni<Void> keepPresent(SqlConnection tx, CollectionRef collection) {
        Optional<Embedder> configured = embedders.configured();
        return tx.preparedQuery("""
                        select m.model_no from embedding_model m
                        join embedding_model_setting s on s.id in ($1, $2)
                          and (s.kind = 'configured' and m.name = $3 and m.dimension = $4
                            or s.kind = 'lexical-hash' and m.name = 'lexical-hash-' || s.dimension
                              and m.dimension = s.dimension
                            or m.name = 'model:' || s.id)""")
                .execute(Tuple.of(
                        collection.embeddingModelId(),
                        collection.nextEmbeddingModelId(),
                        configured.map(Embedder::model).orElse(""),
                        configured.map(Embedder::dimension).orElse(0)))
                .map(rows -> {
                    Set<Integer> needed = new HashSet<>();
                    rows.forEach(row -> needed.add(row.getInteger(0)));
                    return needed;
                })
                .call(needed -> unmark(tx, collection.corpusNo(), needed))
                .chain(needed -> vectors.modelsOf(tx, collection.corpusNo())
                        .chain(found -> mark(
                                tx,
                                collection.corpusNo(),
                                found.stream()
                                        .filter(no -> !needed.contains(no))
                                        .toList())));
    }

    private Uni<Void> keepOnly(SqlConnection tx, long corpusNo, int modelNo) {
        return vectors.modelsOf(tx, corpusNo)
                .chain(found -> mark(
                        tx, corpusNo, found.stream().filter(no -> no != modelNo).toList()));
    }

    private static Uni<Void> mark(SqlConnection tx, long corpusNo, List<Integer> modelNos) {
        return Multi.createFrom()
                .iterable(modelNos)
                .onItem()
                .transformToUniAndConcatenate(no -> tx.preparedQuery("""
                                insert into obsolete_vectors (corpus_no, model_no) values ($1, $2)
                                on conflict do nothing""").execute(Tuple.of(corpusNo, no)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** The vectors of a model are wanted again; whether any were not. */
    static Uni<Boolean> unmark(SqlConnection tx, long corpusNo, Set<Integer> modelNos) {
        return tx.preparedQuery("delete from obsolete_vectors where corpus_no = $1 and model_no = any($2)")
                .execute(Tuple.of(corpusNo, modelNos.toArray(Integer[]::new)))
                .map(rows -> rows.rowCount() > 0);
    }

    /** Whether vectors of a model may be removed at any time. */
    static Uni<Boolean> isObsolete(SqlConnection tx, long corpusNo, int modelNo) {
        return tx.preparedQuery("select 1 from obsolete_vectors where corpus_no = $1 and model_no = $2")
                .execute(Tuple.of(corpusNo, modelNo))
                .map(rows -> rows.rowCount() > 0);
    }
}
