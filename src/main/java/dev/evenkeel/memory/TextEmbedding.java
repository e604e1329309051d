package dev.evenkeel.memory;

import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkRange;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.EmbeddingRejected;
import dev.evenkeel.platform.search.embedding.EmbeddingUnavailable;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives the texts of one corpus their vectors, a batch at a time; texts of another model are embedded again. */
@ApplicationScoped
class TextEmbedding implements JobHandler {
    static final String KIND = "memory.embed";
    static final String CORPUS = "corpus_no";

    private static final String STAGE = "embed";

    /** Texts that want a vector of the model; the index gives them without looking at the others. */
    static final String TO_EMBED = "s.text is not null and not s.vector_given"
            + " and (s.model_no is null or s.model_no < $1 or s.model_no > $1)";

    private static final String MISSING = "select s.chunk_no, s.text from memory_search s where s.corpus_no = $2 and "
            + TO_EMBED + " order by s.chunk_no limit $3";

    /** Rows are locked, so that a deletion comes before this or after it, and then removes the vector. */
    private static final String MARK = """
            with present as materialized (
                select chunk_no from memory_search where chunk_no = any($2) order by chunk_no for update)
            update memory_search s set model_no = $1 from present p where s.chunk_no = p.chunk_no returning s.chunk_no""";

    private final Database database;
    private final Optional<Embedder> embedder;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final Offload offload;
    private final MemoryConfig config;
    private final boolean active;

    TextEmbedding(
            Database database,
            Embedders embedders,
            VectorIndex vectors,
            CorpusState corpora,
            Offload offload,
            MemoryConfig config,
            ReplicaConfig replica) {
        this.database = database;
        this.embedder = embedders.configured();
        this.vectors = vectors;
        this.corpora = corpora;
        this.offload = offload;
        this.config = config;
        this.active = replica.modules().contains("memory");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of(STAGE);
    }

    @Override
    public boolean active() {
        return active && embedder.isPresent();
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return embed(run, run.payload().getLong(CORPUS), 0)
                .chain(() -> run.finish(tx -> Uni.createFrom().voidItem()))
                .replaceWithVoid();
    }

    private record Text(long chunkNo, String text) {}

    private record Batch(int modelNo, List<Text> texts) {}

    private Uni<Void> embed(JobRun run, long corpusNo, long done) {
        return database.bulkSql(tx -> missing(tx, corpusNo)).chain(batch -> {
            if (batch.texts().isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            long after = done + batch.texts().size();
            return run.whileWanted(vectorsOf(batch))
                    .chain(made -> run.step(STAGE, after, 0, tx -> store(tx, corpusNo, batch, made)))
                    .chain(() -> embed(run, corpusNo, after));
        });
    }

    private Uni<Batch> missing(SqlConnection tx, long corpusNo) {
        Embedder model = embedder.orElseThrow();
        return vectors.requireModelNo(tx, model.model(), model.dimension())
                .chain(modelNo -> tx.preparedQuery(MISSING)
                        .execute(Tuple.of(modelNo, corpusNo, config.embedBatch()))
                        .map(rows -> {
                            List<Text> texts = new ArrayList<>(rows.size());
                            rows.forEach(row -> texts.add(new Text(row.getLong("chunk_no"), row.getString("text"))));
                            return new Batch(modelNo, texts);
                        }));
    }

    private Uni<List<ChunkVector>> vectorsOf(Batch batch) {
        return ask(batch.texts())
                .onFailure(EmbeddingRejected.class)
                .recoverWithUni(rejected -> oneByOne(batch.texts(), rejected))
                .onFailure(EmbeddingUnavailable.class)
                .transform(TextEmbedding::later)
                .chain(made -> offload.bulk(() -> {
                    List<ChunkVector> all = new ArrayList<>(made.size());
                    made.forEach(
                            (text, vector) -> all.add(new ChunkVector(text.chunkNo(), sha256(text.text()), vector)));
                    return all;
                }));
    }

    private Uni<Map<Text, float[]>> ask(List<Text> texts) {
        return embedder.orElseThrow()
                .embed(texts.stream().map(Text::text).toList(), Embedder.Purpose.PASSAGE)
                .map(made -> {
                    Map<Text, float[]> vectorsOfTexts = new LinkedHashMap<>();
                    for (int i = 0; i < texts.size(); i++) {
                        vectorsOfTexts.put(texts.get(i), made.vectors().get(i));
                    }
                    return vectorsOfTexts;
                });
    }

    /** A text that the model refuses must not keep the others from it; when it refuses all of them, something else is wrong. */
    private Uni<Map<Text, float[]>> oneByOne(List<Text> texts, Throwable rejected) {
        return Multi.createFrom()
                .iterable(texts)
                .onItem()
                .transformToUniAndConcatenate(text ->
                        ask(List.of(text)).onFailure(EmbeddingRejected.class).recoverWithItem(Map.of()))
                .collect()
                .in(LinkedHashMap<Text, float[]>::new, Map::putAll)
                .map(made -> {
                    if (made.isEmpty()) {
                        throw new PermanentFailure("embedding_rejected", String.valueOf(rejected.getMessage()));
                    }
                    return made;
                });
    }

    private static RetryLater later(Throwable failure) {
        EmbeddingUnavailable unavailable = (EmbeddingUnavailable) failure;
        return new RetryLater(unavailable.retryAfter(), String.valueOf(unavailable.getMessage()));
    }

    /** Texts that were refused are marked as well: they stay to be found by their words. */
    private Uni<Void> store(SqlConnection tx, long corpusNo, Batch batch, List<ChunkVector> made) {
        int modelNo = batch.modelNo();
        return tx.preparedQuery(MARK)
                .execute(Tuple.of(
                        modelNo, batch.texts().stream().map(Text::chunkNo).toArray(Long[]::new)))
                .chain(rows -> {
                    Set<Long> present = new HashSet<>();
                    for (Row row : rows) {
                        present.add(row.getLong("chunk_no"));
                    }
                    List<ChunkVector> kept = made.stream()
                            .filter(vector -> present.contains(vector.chunkNo()))
                            .toList();
                    return kept.isEmpty()
                            ? Uni.createFrom().voidItem()
                            : vectors.replace(tx, corpusNo, modelNo, kept)
                                    .chain(() -> corpora.commitChange(
                                            tx,
                                            corpusNo,
                                            0,
                                            0,
                                            ChunkRange.covering(kept.stream()
                                                    .map(ChunkVector::chunkNo)
                                                    .toList()),
                                            List.of()))
                                    .replaceWithVoid();
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
