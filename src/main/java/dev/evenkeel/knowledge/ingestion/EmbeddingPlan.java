package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.EmbeddingRejected;
import dev.evenkeel.platform.search.embedding.EmbeddingUnavailable;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Gives the chunks of a document their vectors, a batch at a time. A text that has a vector of the model already, in
 * whatever document, is not embedded again.
 */
@ApplicationScoped
public class EmbeddingPlan {
    static final String STAGE = "embed";

    private final Database database;
    private final Optional<Embedder> embedder;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final Offload offload;
    private final int batchSize;

    EmbeddingPlan(
            Database database,
            Embedders embedders,
            VectorIndex vectors,
            CorpusState corpora,
            Offload offload,
            KnowledgeConfig config) {
        this.database = database;
        this.embedder = embedders.configured();
        this.vectors = vectors;
        this.corpora = corpora;
        this.offload = offload;
        this.batchSize = config.embedBatch();
    }

    /** Whether documents are to have vectors before they are complete. */
    public boolean wanted() {
        return embedder.isPresent();
    }

    /** The model's name, or {@code none}. */
    public String modelName() {
        return embedder.map(Embedder::model).orElse("none");
    }

    /**
     * Embeds what has no vector yet. Stops early when the document has got newer content meanwhile.
     *
     * @throws RetryLater (as failure) while the model cannot be asked
     * @throws PermanentFailure (as failure) when it refuses
     */
    Uni<Void> embed(JobRun run, IngestionJobs.Payload payload) {
        return database.bulkSql(tx -> missing(tx, payload.documentId())).chain(batch -> {
            if (batch.chunks().isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            return vectorsOf(batch)
                    .chain(made -> run.step(
                            STAGE, batch.done() + made.size(), batch.total(), tx -> store(tx, payload, batch, made)))
                    .chain(current ->
                            current ? embed(run, payload) : Uni.createFrom().voidItem());
        });
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

    private record Text(long chunkNo, String content) {}

    /** Chunks without a vector, and how many of how many have one. */
    private record Batch(int modelNo, List<Text> chunks, long done, long total) {}

    private Uni<Batch> missing(SqlConnection tx, UUID documentId) {
        Embedder model = embedder.orElseThrow();
        return vectors.knownModelNo(tx, model.model(), model.dimension())
                .chain(known -> known != null
                        ? Uni.createFrom().item(known)
                        : vectors.modelNo(tx, model.model(), model.dimension()))
                .chain(modelNo -> tx.preparedQuery("""
                                select k.no, k.content, d.embedded_count, d.chunk_count
                                from document d join chunk k on k.document_id = d.id
                                left join chunk_vector v on v.chunk_no = k.no and v.model_no = $2
                                where d.id = $1 and v.chunk_no is null order by k.ordinal limit $3""")
                        .execute(Tuple.of(documentId, modelNo, batchSize))
                        .map(rows -> {
                            List<Text> texts = new ArrayList<>();
                            long done = 0;
                            long total = 0;
                            for (Row row : rows) {
                                texts.add(new Text(row.getLong("no"), row.getString("content")));
                                done = row.getInteger("embedded_count");
                                total = row.getInteger("chunk_count");
                            }
                            return new Batch(modelNo, texts, done, total);
                        }));
    }

    private Uni<List<ChunkVector>> vectorsOf(Batch batch) {
        return offload.bulk(() -> batch.chunks().stream()
                        .map(text -> sha256(text.content()))
                        .toList())
                .chain(hashes -> database.bulkSql(tx -> vectors.known(tx, batch.modelNo(), hashes))
                        .chain(known -> embedUnknown(batch, hashes, known)));
    }

    private Uni<List<ChunkVector>> embedUnknown(Batch batch, List<byte[]> hashes, Map<String, float[]> known) {
        List<String> texts = new ArrayList<>();
        List<String> keys = hashes.stream().map(HexFormat.of()::formatHex).toList();
        Set<String> asked = new HashSet<>(known.keySet());
        List<String> askedKeys = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (asked.add(keys.get(i))) {
                texts.add(batch.chunks().get(i).content());
                askedKeys.add(keys.get(i));
            }
        }
        Uni<List<float[]>> embedded = texts.isEmpty()
                ? Uni.createFrom().item(List.of())
                : embedder.orElseThrow()
                        .embed(texts, Embedder.Purpose.PASSAGE)
                        .onFailure(EmbeddingUnavailable.class)
                        .transform(EmbeddingPlan::later)
                        .onFailure(EmbeddingRejected.class)
                        .transform(failure ->
                                new PermanentFailure("embedding_rejected", String.valueOf(failure.getMessage())));
        return embedded.map(made -> {
            for (int i = 0; i < made.size(); i++) {
                known.put(askedKeys.get(i), made.get(i));
            }
            List<ChunkVector> all = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                all.add(new ChunkVector(
                        batch.chunks().get(i).chunkNo(),
                        hashes.get(i),
                        Objects.requireNonNull(known.get(keys.get(i)))));
            }
            return all;
        });
    }

    private static RetryLater later(Throwable failure) {
        EmbeddingUnavailable unavailable = (EmbeddingUnavailable) failure;
        return new RetryLater(unavailable.retryAfter(), String.valueOf(unavailable.getMessage()));
    }

    /**
     * Stores vectors of chunks that are still there.
     *
     * @return whether the revision is still the newest
     */
    private Uni<Boolean> store(SqlConnection tx, IngestionJobs.Payload payload, Batch batch, List<ChunkVector> made) {
        return IngestionTarget.lock(tx, payload).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(false);
            }
            long corpusNo = found.get().collection().corpusNo();
            return present(tx, payload.documentId(), made)
                    .call(present -> vectors.add(tx, corpusNo, batch.modelNo(), present))
                    .call(present -> tx.preparedQuery(
                                    "update document set embedded_count = embedded_count + $2 where id = $1")
                            .execute(Tuple.of(payload.documentId(), present.size())))
                    .chain(present -> corpora.commitChange(
                            tx,
                            corpusNo,
                            0,
                            0,
                            ChunkRows.range(present.stream()
                                    .map(ChunkVector::chunkNo)
                                    .sorted()
                                    .toList()),
                            List.of()))
                    .replaceWith(true);
        });
    }

    private static Uni<List<ChunkVector>> present(SqlConnection tx, UUID documentId, List<ChunkVector> made) {
        return tx.preparedQuery("select no from chunk where document_id = $1 and no = any($2)")
                .execute(Tuple.of(
                        documentId, made.stream().map(ChunkVector::chunkNo).toArray(Long[]::new)))
                .map(rows -> {
                    Set<Long> present = new HashSet<>();
                    rows.forEach(row -> present.add(row.getLong(0)));
                    return made.stream()
                            .filter(vector -> present.contains(vector.chunkNo()))
                            .toList();
                });
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
