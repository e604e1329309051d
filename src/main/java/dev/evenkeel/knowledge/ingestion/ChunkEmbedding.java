package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.EmbeddingRejected;
import dev.evenkeel.platform.search.embedding.EmbeddingUnavailable;
import dev.evenkeel.platform.search.embedding.Embeddings;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
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
import java.util.Set;
import java.util.UUID;

/** Makes vectors of passages. A text that has a vector of the model already, wherever it stands, is not embedded again. */
@ApplicationScoped
class ChunkEmbedding {
    private final Database database;
    private final VectorIndex vectors;
    private final Offload offload;

    ChunkEmbedding(Database database, VectorIndex vectors, Offload offload) {
        this.database = database;
        this.vectors = vectors;
        this.offload = offload;
    }

    /**
     * A passage.
     *
     * @param text what of it is embedded
     */
    record Passage(long chunkNo, UUID documentId, String text) {}

    /**
     * Vectors, and what they have cost.
     *
     * @param tokens that the model was given
     * @param texts that the model was given
     */
    record Made(List<ChunkVector> vectors, long tokens, long texts) {
        static final Made NOTHING = new Made(List.of(), 0, 0);

        static Made joined(List<Made> parts) {
            return new Made(
                    parts.stream().flatMap(part -> part.vectors().stream()).toList(),
                    parts.stream().mapToLong(Made::tokens).sum(),
                    parts.stream().mapToLong(Made::texts).sum());
        }

        Made only(Set<Long> chunkNos) {
            return new Made(
                    vectors.stream()
                            .filter(vector -> chunkNos.contains(vector.chunkNo()))
                            .toList(),
                    tokens,
                    texts);
        }
    }

    /** The number of a model, without a lock that others would wait for when it is known already. */
    Uni<Integer> modelNo(SqlConnection tx, Embedder model) {
        return vectors.requireModelNo(tx, model.model(), model.dimension());
    }

    /** Vectors of all the passages. Not to be called inside of a lane. */
    Uni<Made> vectorsOf(Embedder model, int modelNo, List<Passage> passages) {
        if (passages.isEmpty()) {
            return Uni.createFrom().item(Made.NOTHING);
        }
        return offload.bulk(() ->
                        passages.stream().map(passage -> sha256(passage.text())).toList())
                .chain(hashes -> database.bulkSql(tx -> vectors.known(tx, modelNo, hashes))
                        .chain(known -> embedUnknown(model, passages, hashes, known)));
    }

    private static Uni<Made> embedUnknown(
            Embedder model, List<Passage> passages, List<byte[]> hashes, Map<String, float[]> known) {
        List<String> texts = new ArrayList<>();
        List<String> keys = hashes.stream().map(HexFormat.of()::formatHex).toList();
        Set<String> asked = new HashSet<>(known.keySet());
        List<String> askedKeys = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (asked.add(keys.get(i))) {
                texts.add(passages.get(i).text());
                askedKeys.add(keys.get(i));
            }
        }
        Uni<Embeddings> embedded = texts.isEmpty()
                ? Uni.createFrom().item(new Embeddings(List.of(), 0))
                : model.embed(texts, Embedder.Purpose.PASSAGE);
        return embedded.map(made -> {
            for (int i = 0; i < askedKeys.size(); i++) {
                known.put(askedKeys.get(i), made.vectors().get(i));
            }
            List<ChunkVector> all = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                all.add(new ChunkVector(
                        passages.get(i).chunkNo(), hashes.get(i), Objects.requireNonNull(known.get(keys.get(i)))));
            }
            return new Made(all, made.tokens(), texts.size());
        });
    }

    /** Adds to what a collection has cost; in the transaction that stores the vectors. */
    static Uni<Void> count(SqlConnection tx, long corpusNo, UUID modelId, Made made) {
        return made.texts() == 0
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("""
                                insert into embedding_usage as u (corpus_no, model, tokens, texts)
                                select $1, name, $3, $4 from embedding_model_setting where id = $2
                                on conflict (corpus_no, model) do update
                                set tokens = u.tokens + excluded.tokens, texts = u.texts + excluded.texts""")
                        .execute(Tuple.of(corpusNo, modelId, made.tokens(), made.texts()))
                        .replaceWithVoid();
    }

    /** What a failure of a model is for a job: something to wait for, or the end. */
    static Throwable forJob(Throwable failure) {
        if (failure instanceof EmbeddingUnavailable unavailable) {
            return new RetryLater(unavailable.retryAfter(), String.valueOf(unavailable.getMessage()));
        }
        if (failure instanceof EmbeddingRejected) {
            return new PermanentFailure("embedding_rejected", String.valueOf(failure.getMessage()));
        }
        return failure;
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
