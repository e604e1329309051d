package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Made;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Passage;
import dev.evenkeel.platform.search.ChunkRange;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.EmbeddingRejected;
import dev.evenkeel.platform.search.embedding.EmbeddingUnavailable;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Makes vectors of passages and stores them, a batch at a time, while the collection is on its way and the passages are there. */
@ApplicationScoped
class ReembeddingVectors {
    /** What every model takes: whether a refusal is about the texts or about everything. */
    private static final String HARMLESS = "text";

    /** How long a run waits for a model that does not answer, before it ends to be repeated later. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ReembeddingState state;
    private final ChunkEmbedding embedding;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final int batchSize;

    ReembeddingVectors(
            ReembeddingState state,
            ChunkEmbedding embedding,
            VectorIndex vectors,
            CorpusState corpora,
            KnowledgeConfig config) {
        this.state = state;
        this.embedding = embedding;
        this.vectors = vectors;
        this.corpora = corpora;
        this.batchSize = config.embedBatch();
    }

    /** Completes when all have their vectors, but those that the model refuses and those that are not there any more. */
    Uni<Void> make(ReembeddingWay way, List<Passage> passages) {
        return Multi.createFrom()
                .iterable(passages)
                .group()
                .intoLists()
                .of(batchSize)
                .onItem()
                .transformToUniAndConcatenate(batch -> batch(way, batch))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Boolean> batch(ReembeddingWay way, List<Passage> batch) {
        return way.run
                .whileWanted(vectorsOf(way, batch, System.nanoTime() + PATIENCE.toNanos()))
                .onFailure()
                .transform(ChunkEmbedding::forJob)
                .chain(made -> store(way, batch, made));
    }

    /** A model that is busy for a moment is waited for: another run would have to find its place again. */
    private Uni<Made> vectorsOf(ReembeddingWay way, List<Passage> batch, long untilNanos) {
        return embedding
                .vectorsOf(way.model, way.modelNo, batch)
                .onFailure(EmbeddingRejected.class)
                .recoverWithUni(refusal -> oneByOne(way, batch))
                .onFailure(failure -> failure instanceof EmbeddingUnavailable busy
                        && busy.retryAfter().toNanos() < untilNanos - System.nanoTime())
                .recoverWithUni(failure -> pause(way, ((EmbeddingUnavailable) failure).retryAfter())
                        .chain(() -> vectorsOf(way, batch, untilNanos)));
    }

    /** Waits, and shows that it is alive meanwhile. */
    private static Uni<Void> pause(ReembeddingWay way, Duration time) {
        long untilNanos = System.nanoTime() + time.toNanos();
        return Turns.whileMore(() -> way.run
                .progress(Reembedding.EMBED, way.done(way.embeddedInPage), way.total())
                .onItem()
                .delayIt()
                .by(ReembeddingWay.SOON)
                .map(ignored -> System.nanoTime() < untilNanos));
    }

    /** One text that a model refuses keeps none of the others from their vectors, if it takes any text at all. */
    private Uni<Made> oneByOne(ReembeddingWay way, List<Passage> batch) {
        return way.model
                .embed(List.of(HARMLESS), Embedder.Purpose.PASSAGE)
                .chain(() -> Multi.createFrom()
                        .iterable(batch)
                        .onItem()
                        .transformToUniAndConcatenate(passage -> embedding
                                .vectorsOf(way.model, way.modelNo, List.of(passage))
                                .onFailure(EmbeddingRejected.class)
                                .recoverWithUni(refusal -> way.refused(passage, refusal)))
                        .collect()
                        .asList())
                .map(Made::joined);
    }

    private Uni<Boolean> store(ReembeddingWay way, List<Passage> batch, Made made) {
        way.embeddedInPage += batch.size();
        return way.run
                .step(Reembedding.EMBED, way.done(way.embeddedInPage), way.total(), tx -> store(tx, way, batch, made))
                .invoke(ReembeddingWay::requireUnchanged)
                .call(() -> way.run.progress(Reembedding.TOKENS, way.tokens, 0));
    }

    /** Whether the vectors were stored: not when the collection is not on this way any more, or embeds other texts. */
    private Uni<Boolean> store(SqlConnection tx, ReembeddingWay way, List<Passage> batch, Made made) {
        return state.share(tx, way.goal.collectionId()).chain(found -> {
            if (found.isEmpty() || !found.get().embedsAs(way.collection)) {
                return Uni.createFrom().item(false);
            }
            long corpusNo = way.collection.corpusNo();
            return present(tx, way.collection.id(), batch).chain(present -> {
                Made kept = made.only(present);
                List<Long> numbers = kept.vectors().stream()
                        .map(ChunkVector::chunkNo)
                        .sorted()
                        .toList();
                way.tokens += made.tokens();
                return vectors.add(tx, corpusNo, way.modelNo, kept.vectors())
                        .chain(() -> ChunkEmbedding.count(tx, corpusNo, way.goal.modelId(), made))
                        .chain(() -> corpora.commitChange(tx, corpusNo, 0, 0, ChunkRange.covering(numbers), List.of()))
                        .replaceWith(true);
            });
        });
    }

    /** Chunks that are still there, and stay until the transaction ends: their documents are locked. */
    private static Uni<Set<Long>> present(SqlConnection tx, UUID collectionId, List<Passage> batch) {
        UUID[] documents =
                batch.stream().map(Passage::documentId).distinct().sorted().toArray(UUID[]::new);
        Long[] numbers = batch.stream().map(Passage::chunkNo).toArray(Long[]::new);
        return tx.preparedQuery(
                        "select 1 from document where id = any($1) and collection_id = $2 order by id for share")
                .execute(Tuple.of(documents, collectionId))
                .chain(() -> tx.preparedQuery("""
                                select k.no from chunk k join document d on d.id = k.document_id
                                where k.no = any($1) and d.collection_id = $2""").execute(Tuple.of(numbers, collectionId)))
                .map(rows -> {
                    Set<Long> present = new HashSet<>();
                    rows.forEach(row -> present.add(row.getLong(0)));
                    return present;
                });
    }
}
