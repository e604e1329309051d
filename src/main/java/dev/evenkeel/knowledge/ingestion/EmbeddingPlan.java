package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Made;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Passage;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives the chunks of a document the vectors that its collection is searched by, a batch at a time. While the collection is
 * on its way to another model they get the other one's in the same transaction, so that it can arrive however much is
 * written; if that one fails, the way takes longer, nothing else.
 */
@ApplicationScoped
public class EmbeddingPlan {
    private static final Logger LOG = Logger.getLogger(EmbeddingPlan.class);

    static final String STAGE = "embed";

    private final Database database;
    private final Embedders embedders;
    private final ChunkEmbedding embedding;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final int batchSize;

    EmbeddingPlan(
            Database database,
            Embedders embedders,
            ChunkEmbedding embedding,
            VectorIndex vectors,
            CorpusState corpora,
            KnowledgeConfig config) {
        this.database = database;
        this.embedders = embedders;
        this.embedding = embedding;
        this.vectors = vectors;
        this.corpora = corpora;
        this.batchSize = config.embedBatch();
    }

    /** Whether documents of the collection are to have vectors before they are complete. */
    public boolean wanted(CollectionRef collection) {
        return embedders.embeds(collection.embeddingModelId());
    }

    /** Whether an ingestion has anything to do for the vectors of a collection, now or for later. */
    public boolean useful(CollectionRef collection) {
        UUID next = collection.nextEmbeddingModelId();
        return wanted(collection) || next != null && embedders.embeds(next);
    }

    /** The name of the default model at its endpoint, or {@code none}. */
    public String modelName() {
        return embedders.configured().map(Embedder::model).orElse("none");
    }

    /** A model in the role that it has for a collection. */
    private record Role(UUID id, Embedder model) {}

    /**
     * The models of a collection as it was read.
     *
     * @param first the one that decides; only when the collection has none now, the one to come
     * @param second the one to come besides
     */
    private record Models(
            CollectionRef collection,
            @Nullable Role first,
            @Nullable Role second) {}

    /**
     * Embeds what has no vector yet. Stops early when the document has got newer content meanwhile.
     *
     * @throws RetryLater (as failure) while the model cannot be asked
     * @throws PermanentFailure (as failure) when it refuses
     */
    Uni<Void> embed(JobRun run, IngestionJobs.Payload payload) {
        return database.bulkStatement(connection -> IngestionTarget.find(connection, payload))
                .chain(target -> target.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : models(target.get().collection()).chain(models -> embed(run, payload, models)));
    }

    private Uni<Models> models(CollectionRef collection) {
        UUID next = collection.nextEmbeddingModelId();
        Uni<Optional<Embedder>> coming = next == null || next.equals(collection.embeddingModelId())
                ? Uni.createFrom().item(Optional.empty())
                : embedders.of(next).onFailure().recoverWithItem(Optional.empty());
        return embedders
                .of(collection.embeddingModelId())
                .onFailure()
                .transform(ChunkEmbedding::forJob)
                .chain(present -> coming.map(other -> {
                    Role first = present.map(model -> new Role(collection.embeddingModelId(), model))
                            .orElse(null);
                    Role second = other.map(model -> new Role(Objects.requireNonNull(next), model))
                            .orElse(null);
                    return new Models(collection, first == null ? second : first, first == null ? null : second);
                }));
    }

    private Uni<Void> embed(JobRun run, IngestionJobs.Payload payload, Models models) {
        Role first = models.first();
        if (first == null) {
            return Uni.createFrom().voidItem();
        }
        Uni<Outcome> batch = database.bulkSql(tx -> missing(tx, payload.documentId(), models, first))
                .chain(missing -> missing.passages().isEmpty()
                        ? Uni.createFrom().item(Outcome.DONE)
                        : step(run, payload, models, first, missing));
        if (!wanted(models.collection())) {
            batch = batch.onFailure(EmbeddingPlan::isOfTheModel)
                    .invoke(EmbeddingPlan::logLater)
                    .onFailure(EmbeddingPlan::isOfTheModel)
                    .recoverWithItem(Outcome.DONE);
        }
        return batch.chain(outcome -> switch (outcome) {
            case MORE -> embed(run, payload, models);
            case CHANGED -> embed(run, payload);
            case DONE -> Uni.createFrom().voidItem();
        });
    }

    private enum Outcome {
        MORE,
        /** The collection's models have changed; nothing was stored. */
        CHANGED,
        DONE
    }

    /** Chunks without a vector, and how many of how many have one. */
    private record Batch(int modelNo, List<Passage> passages, long done, long total) {}

    private Uni<Batch> missing(SqlConnection tx, UUID documentId, Models models, Role role) {
        boolean header = models.collection().contextualHeader();
        return embedding
                .modelNo(tx, role.model())
                .chain(modelNo -> tx.preparedQuery("""
                                select k.no, k.content, k.heading_path, d.title, d.embedded_count, d.chunk_count
                                from document d join chunk k on k.document_id = d.id
                                left join chunk_vector v on v.chunk_no = k.no and v.model_no = $2
                                where d.id = $1 and v.chunk_no is null order by k.ordinal limit $3""")
                        .execute(Tuple.of(documentId, modelNo, batchSize))
                        .map(rows -> {
                            List<Passage> passages = new ArrayList<>();
                            long done = 0;
                            long total = 0;
                            for (Row row : rows) {
                                passages.add(passage(row, documentId, header));
                                done = row.getInteger("embedded_count");
                                total = row.getInteger("chunk_count");
                            }
                            return new Batch(modelNo, passages, done, total);
                        }));
    }

    static Passage passage(Row row, UUID documentId, boolean contextualHeader) {
        String text = EmbeddedText.of(
                contextualHeader,
                row.getString("title"),
                List.of(row.getArrayOfStrings("heading_path")),
                row.getString("content"));
        return new Passage(row.getLong("no"), documentId, text);
    }

    /** Vectors by a role's model. */
    private record Vectors(Role role, int modelNo, Made made) {}

    private Uni<Outcome> step(JobRun run, IngestionJobs.Payload payload, Models models, Role first, Batch batch) {
        return run.whileWanted(embedding.vectorsOf(first.model(), batch.modelNo(), batch.passages()))
                .onFailure()
                .transform(ChunkEmbedding::forJob)
                .chain(made -> run.whileWanted(toCome(models.second(), batch.passages()))
                        .chain(coming -> run.step(
                                STAGE,
                                batch.done() + made.vectors().size(),
                                batch.total(),
                                tx -> store(tx, payload, models, new Vectors(first, batch.modelNo(), made), coming))));
    }

    /** By the model to come, unless that fails. */
    private Uni<Optional<Vectors>> toCome(@Nullable Role second, List<Passage> passages) {
        if (second == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return database.bulkSql(tx -> embedding.modelNo(tx, second.model()))
                .chain(modelNo -> embedding
                        .vectorsOf(second.model(), modelNo, passages)
                        .map(made -> Optional.of(new Vectors(second, modelNo, made))))
                .onFailure()
                .invoke(EmbeddingPlan::logLater)
                .onFailure()
                .recoverWithItem(Optional.empty());
    }

    private static boolean isOfTheModel(Throwable failure) {
        return failure instanceof RetryLater || failure instanceof PermanentFailure;
    }

    private static void logLater(Throwable failure) {
        LOG.debug("Vectors of the model to come are left to the job that changes the model", failure);
    }

    /** In the transaction that ends the job: everything that the collection promises is stored. */
    Uni<Void> complete(SqlConnection tx, IngestionJobs.Payload payload) {
        return tx.preparedQuery("""
                        update document set state = 'completed', error_code = null, error_detail = null,
                          version = version + 1, updated_at = now()
                        where id = $1 and revision = $2 and indexed_revision = $2""")
                .execute(Tuple.of(payload.documentId(), payload.revision()))
                .replaceWithVoid();
    }

    /** Stores vectors of chunks that are still there, if the collection still wants them. */
    private Uni<Outcome> store(
            SqlConnection tx, IngestionJobs.Payload payload, Models models, Vectors first, Optional<Vectors> coming) {
        return IngestionTarget.lock(tx, payload).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(Outcome.DONE);
            }
            CollectionRef collection = found.get().collection();
            if (!collection.embedsAs(models.collection())) {
                return Uni.createFrom().item(Outcome.CHANGED);
            }
            boolean counts = first.role().id().equals(collection.embeddingModelId());
            return present(tx, payload.documentId(), first.made().vectors())
                    .call(present -> counts
                            ? count(tx, payload.documentId(), first.modelNo(), present)
                            : Uni.createFrom().voidItem())
                    .call(present -> add(tx, collection, first, present))
                    .call(present ->
                            coming.isEmpty() ? Uni.createFrom().voidItem() : add(tx, collection, coming.get(), present))
                    .chain(present -> corpora.commitChange(
                            tx,
                            collection.corpusNo(),
                            0,
                            0,
                            ChunkRows.range(present.stream().sorted().toList()),
                            List.of()))
                    .replaceWith(Outcome.MORE);
        });
    }

    /** Counts the chunks that have a vector of a model, or are about to get one. */
    private static Uni<Void> count(SqlConnection tx, UUID documentId, int modelNo, Set<Long> present) {
        return tx.preparedQuery("""
                        update document set embedded_count = (
                          select count(*) from chunk k left join chunk_vector v on v.chunk_no = k.no and v.model_no = $3
                          where k.document_id = $1 and (v.chunk_no is not null or k.no = any($2)))
                        where id = $1""")
                .execute(Tuple.of(documentId, present.toArray(Long[]::new), modelNo))
                .replaceWithVoid();
    }

    private Uni<Void> add(SqlConnection tx, CollectionRef collection, Vectors made, Set<Long> present) {
        Made kept = made.made().only(present);
        return vectors.add(tx, collection.corpusNo(), made.modelNo(), kept.vectors())
                .chain(() -> ChunkEmbedding.count(
                        tx, collection.corpusNo(), made.role().id(), kept));
    }

    private static Uni<Set<Long>> present(SqlConnection tx, UUID documentId, List<ChunkVector> made) {
        return tx.preparedQuery("select no from chunk where document_id = $1 and no = any($2)")
                .execute(Tuple.of(
                        documentId, made.stream().map(ChunkVector::chunkNo).toArray(Long[]::new)))
                .map(rows -> {
                    Set<Long> present = new HashSet<>();
                    rows.forEach(row -> present.add(row.getLong(0)));
                    return present;
                });
    }
}
