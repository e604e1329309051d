package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Made;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Passage;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import dev.evenkeel.platform.jobs.NewJob;
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
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes a collection to another embedding model, or gives it the vectors that it lacks. The documents that are there are gone
 * through once; meanwhile the collection is searched by its old vectors, and what is written gets both kinds. Where that failed, it is
 * caught up with every now and then, so that what is left at the end does not depend on the size of the collection. Then one
 * transaction switches, which is refused while any chunk would be lost to search by it, but those whose text the new model refuses:
 * their documents say so afterwards. A run may end anywhere: the next goes on where it was, or, when that is not certain, begins anew
 * and passes over what has its vector.
 */
@ApplicationScoped
public class Reembedding implements JobHandler {
    public static final String KIND = "knowledge.reembed";

    static final String EMBED = "embed";
    static final String TOKENS = "tokens";
    static final String DOCUMENTS = "documents";

    /** What every model takes: whether a refusal is about the texts or about everything. */
    private static final String HARMLESS = "text";
    /** They are kept in memory; a model that refuses so many is the wrong one. */
    private static final int MOST_REFUSED = 50_000;

    private static final Duration A_MOMENT = Duration.ofMillis(200);
    /** How long a run waits for a model that does not answer, before it ends to be repeated later. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration SOON = Duration.ofSeconds(1);

    /** Well below the time for which changes of a corpus are kept. */
    private static final Duration CATCH_UP = Duration.ofMinutes(1);
    /** Versions of a corpus that are looked at in one statement. */
    private static final long VERSIONS_AT_ONCE = 500;

    private final Database database;
    private final Embedders embedders;
    private final ReembeddingState state;
    private final ReembeddingPages pages;
    private final ChunkEmbedding embedding;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final JobQueue queue;
    private final Offload offload;
    private final int batchSize;

    Reembedding(
            Database database,
            Embedders embedders,
            ReembeddingState state,
            ReembeddingPages pages,
            ChunkEmbedding embedding,
            VectorIndex vectors,
            CorpusState corpora,
            JobQueue queue,
            Offload offload,
            KnowledgeConfig config) {
        this.database = database;
        this.embedders = embedders;
        this.state = state;
        this.pages = pages;
        this.embedding = embedding;
        this.vectors = vectors;
        this.corpora = corpora;
        this.queue = queue;
        this.offload = offload;
        this.batchSize = config.embedBatch();
    }

    /**
     * Queues what follows from a change of a collection's models: a job when vectors are to be made, and the end of those
     * that are not needed any more. May be called again.
     */
    public Uni<Optional<UUID>> follow(SqlConnection tx, UUID collectionId) {
        return state.share(tx, collectionId).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(Optional.empty());
            }
            UUID next = found.get().nextEmbeddingModelId();
            String key = next == null ? null : new Payload(collectionId, next).uniqueKey();
            return ReembeddingPosition.forgetOthers(tx, found.get(), key)
                    .chain(() -> state.keepPresent(tx, found.get()))
                    .chain(() -> next == null
                            ? Uni.createFrom().item(Optional.<UUID>empty())
                            : queue.enqueue(tx, job(found.get(), next)).map(Optional::of));
        });
    }

    private static NewJob job(CollectionRef collection, UUID modelId) {
        Payload payload = new Payload(collection.id(), modelId);
        return new NewJob(
                KIND, payload.json(), JobPriority.NORMAL, payload.uniqueKey(), collection.id(), collection.within());
    }

    /** To be called after the commit. */
    public void announce() {
        queue.announce();
    }

    private record Payload(UUID collectionId, UUID modelId) {
        static Payload of(JsonObject json) {
            return new Payload(
                    UUID.fromString(json.getString("collection_id")), UUID.fromString(json.getString("model_id")));
        }

        JsonObject json() {
            return new JsonObject()
                    .put("collection_id", collectionId.toString())
                    .put("model_id", modelId.toString());
        }

        String uniqueKey() {
            return collectionId + ":" + modelId;
        }

        /** Whether the collection is still on the way that the job is for. */
        boolean isWayOf(CollectionRef collection) {
            return modelId.equals(collection.nextEmbeddingModelId());
        }

        /** Whether the collection has got to the end of the way that the job is for. */
        boolean hasArrived(CollectionRef collection) {
            return collection.nextEmbeddingModelId() == null && modelId.equals(collection.embeddingModelId());
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of(EMBED, TOKENS, DOCUMENTS);
    }

    /** Few at a time: the model is what takes the time, and documents that are new come first. */
    @Override
    public int maxConcurrent() {
        return 2;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        Payload payload = Payload.of(run.payload());
        return database.bulkSql(tx -> state.find(tx, payload.collectionId())).chain(found -> {
            boolean onTheWay = found.isPresent() && payload.isWayOf(found.get());
            boolean arrived = found.isPresent() && payload.hasArrived(found.get());
            return !onTheWay && !arrived
                    ? end(run, payload)
                    : embedders
                            .of(payload.modelId())
                            .onFailure()
                            .transform(ChunkEmbedding::forJob)
                            .chain(model -> {
                                if (model.isEmpty()) {
                                    return withoutModel(run, payload);
                                }
                                return onTheWay
                                        ? begin(run, payload, model.get())
                                        : countAgain(run, payload, model.get());
                            });
        });
    }

    /** When the collection is not on this way, or not any more, what was made of other models is obsolete. */
    private Uni<Void> end(JobRun run, Payload payload) {
        return run.finish(tx -> state.share(tx, payload.collectionId()).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            if (payload.isWayOf(found.get())) {
                throw new RetryLater(SOON, "The collection is on its way to this model again.");
            }
            return state.keepPresent(tx, found.get());
        }));
    }

    /** The default model, where none is configured any more. */
    private Uni<Void> withoutModel(JobRun run, Payload payload) {
        return run.finish(tx -> state.lock(tx, payload.collectionId())
                .chain(found -> found.isPresent() && payload.isWayOf(found.get())
                        ? state.arrive(tx, found.get(), payload.modelId(), 0)
                        : Uni.createFrom().voidItem()));
    }

    /** The collection is looked at again: vectors are wanted only while it is known to be on this way. */
    private Uni<Void> begin(JobRun run, Payload payload, Embedder model) {
        return database.bulkSql(tx -> state.share(tx, payload.collectionId())
                        .chain(found -> found.isPresent() && payload.isWayOf(found.get())
                                ? begin(tx, run, payload, found.get(), model).map(Optional::of)
                                : Uni.createFrom().item(Optional.<Way>empty())))
                .chain(way -> way.isEmpty()
                        ? end(run, payload)
                        : Turns.whileMore(() -> page(way.get()))
                                .chain(() ->
                                        Turns.whileMore(() -> catchUp(way.get()).chain(() -> isLate(way.get())))));
    }

    private Uni<Way> begin(SqlConnection tx, JobRun run, Payload payload, CollectionRef collection, Embedder model) {
        return embedding
                .modelNo(tx, model)
                .chain(modelNo -> ReembeddingState.unmark(tx, collection.corpusNo(), Set.of(modelNo))
                        .chain(wereObsolete ->
                                ReembeddingPosition.find(tx, run.id(), collection, modelNo, !wereObsolete))
                        .chain(found -> {
                            JsonObject kept = found.at().json(collection, modelNo);
                            return ReembeddingPosition.save(tx, run.id(), kept, found.stored())
                                    .invoke(Reembedding::requireUnchanged)
                                    .chain(() -> pages.chunks(tx, collection.id()))
                                    .map(chunks -> new Way(
                                            run, payload, collection, model, modelNo, chunks, found.at(), kept));
                        }));
    }

    /** What a run knows, and what it has done. */
    private static final class Way {
        private final JobRun run;
        private final Payload payload;
        private final CollectionRef collection;
        private final Embedder model;
        private final int modelNo;
        private final long chunks;
        private ReembeddingPosition position;
        private JsonObject stored;
        private long caughtUpNanos = System.nanoTime();
        private long embeddedInPage;
        private long mostSeen;
        private long tokens;
        /** Chunks whose text the model does not take. */
        private final Set<Long> refused = new HashSet<>();

        Way(
                JobRun run,
                Payload payload,
                CollectionRef collection,
                Embedder model,
                int modelNo,
                long chunks,
                ReembeddingPosition position,
                JsonObject stored) {
            this.run = run;
            this.payload = payload;
            this.collection = collection;
            this.model = model;
            this.modelNo = modelNo;
            this.chunks = chunks;
            this.position = position;
            this.stored = stored;
        }

        /** Progress, which does not go back. */
        long done(long more) {
            mostSeen = Math.max(mostSeen, position.seen() + more);
            return mostSeen;
        }

        long total() {
            return Math.max(chunks, mostSeen);
        }

        /** Whether the collection is searched by the model already. */
        boolean isSearched() {
            return payload.modelId().equals(collection.embeddingModelId());
        }

        Uni<Made> refused(Passage passage, Throwable refusal) {
            refused.add(passage.chunkNo());
            return refused.size() <= MOST_REFUSED
                    ? Uni.createFrom().item(Made.NOTHING)
                    : Uni.createFrom()
                            .failure(new PermanentFailure(
                                    "embedding_rejected",
                                    "More than " + MOST_REFUSED + " texts are refused; the last: "
                                            + refusal.getMessage()));
        }
    }

    /** Whether there is another page. */
    private Uni<Boolean> page(Way way) {
        way.embeddedInPage = 0;
        return database.bulkSql(tx -> pages.next(tx, way.collection, way.modelNo, way.position.place()))
                .chain(page -> offload.bulk(() -> page.toEmbed(way.refused))
                        .chain(passages -> batches(way, passages))
                        .chain(() -> recount(way, page.finished()))
                        .chain(() -> {
                            way.embeddedInPage = 0;
                            way.position = new ReembeddingPosition(
                                    page.end(), way.position.seen() + page.size(), way.position.version());
                            return savePosition(way);
                        })
                        .replaceWith(!page.isLast()))
                .call(more -> more && System.nanoTime() - way.caughtUpNanos > CATCH_UP.toNanos()
                        ? catchUp(way)
                        : Uni.createFrom().voidItem());
    }

    /** Documents say how many of their chunks have a vector of the model that they are searched by. */
    private Uni<Void> recount(Way way, List<UUID> documents) {
        return documents.isEmpty() || !way.isSearched()
                ? Uni.createFrom().voidItem()
                : database.bulkSql(tx -> pages.recount(tx, way.collection.id(), documents, way.modelNo));
    }

    private Uni<Void> savePosition(Way way) {
        JsonObject next = way.position.json(way.collection, way.modelNo);
        return way.run
                .step(
                        EMBED,
                        way.done(0),
                        way.total(),
                        tx -> state.share(tx, way.payload.collectionId())
                                .chain(found -> found.isPresent() && found.get().embedsAs(way.collection)
                                        ? ReembeddingPosition.advance(
                                                tx, way.run.id(), way.collection.corpusNo(), next, way.stored)
                                        : Uni.createFrom().item(false)))
                .invoke(Reembedding::requireUnchanged)
                .invoke(() -> way.stored = next)
                .replaceWithVoid();
    }

    private static void requireUnchanged(boolean unchanged) {
        if (!unchanged) {
            throw new RetryLater(
                    SOON,
                    "The collection has changed, or it is not known any more what was written; its way begins anew.");
        }
    }

    /** Embeds what was written since the last time and has no vector of the model, wherever the pass is. */
    private Uni<Void> catchUp(Way way) {
        return database.bulkSql(tx -> ReembeddingState.versions(tx, way.collection.corpusNo()))
                .invoke(versions -> {
                    if (versions.pruned() > way.position.version()) {
                        throw new RetryLater(SOON, "It is not known any more what was written; the way begins anew.");
                    }
                })
                .chain(versions -> Turns.whileMore(() -> catchUpSome(way, versions.present())))
                .invoke(() -> way.caughtUpNanos = System.nanoTime());
    }

    /** Whether there are more versions to look at. */
    private Uni<Boolean> catchUpSome(Way way, long present) {
        long since = way.position.version();
        long upTo = Math.min(present, since + VERSIONS_AT_ONCE);
        if (upTo == since) {
            return Uni.createFrom().item(false);
        }
        AtomicLong after = new AtomicLong();
        return Turns.whileMore(() -> database.bulkSql(
                                tx -> pages.written(tx, way.collection, way.modelNo, since, upTo, after.get()))
                        .chain(written -> embedWritten(way, written)
                                .invoke(() -> after.set(
                                        written.isEmpty()
                                                ? Long.MAX_VALUE
                                                : written.get(written.size() - 1)
                                                        .chunkNo()))
                                .replaceWith(!written.isEmpty())))
                .chain(() -> {
                    way.position = new ReembeddingPosition(way.position.place(), way.position.seen(), upTo);
                    return savePosition(way);
                })
                .replaceWith(upTo < present);
    }

    private Uni<Void> embedWritten(Way way, List<Passage> written) {
        List<Passage> wanted = written.stream()
                .filter(passage -> !way.refused.contains(passage.chunkNo()))
                .toList();
        return batches(way, wanted)
                .chain(() -> recount(
                        way, wanted.stream().map(Passage::documentId).distinct().toList()))
                .invoke(() -> way.embeddedInPage = 0);
    }

    private Uni<Void> batches(Way way, List<Passage> passages) {
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

    private Uni<Boolean> batch(Way way, List<Passage> batch) {
        return way.run
                .whileWanted(vectorsOf(way, batch, System.nanoTime() + PATIENCE.toNanos()))
                .onFailure()
                .transform(ChunkEmbedding::forJob)
                .chain(made -> store(way, batch, made));
    }

    /** A model that is busy for a moment is waited for: another run would have to find its place again. */
    private Uni<Made> vectorsOf(Way way, List<Passage> batch, long untilNanos) {
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
    private static Uni<Void> pause(Way way, Duration time) {
        long untilNanos = System.nanoTime() + time.toNanos();
        return Turns.whileMore(() -> way.run
                .progress(EMBED, way.done(way.embeddedInPage), way.total())
                .onItem()
                .delayIt()
                .by(SOON)
                .map(ignored -> System.nanoTime() < untilNanos));
    }

    /** One text that a model refuses keeps none of the others from their vectors, if it takes any text at all. */
    private Uni<Made> oneByOne(Way way, List<Passage> batch) {
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

    private Uni<Boolean> store(Way way, List<Passage> batch, Made made) {
        way.embeddedInPage += batch.size();
        return way.run
                .step(EMBED, way.done(way.embeddedInPage), way.total(), tx -> store(tx, way, batch, made))
                .invoke(Reembedding::requireUnchanged)
                .call(() -> way.run.progress(TOKENS, way.tokens, 0));
    }

    /** Whether the vectors were stored: not when the collection is not on this way any more, or embeds other texts. */
    private Uni<Boolean> store(SqlConnection tx, Way way, List<Passage> batch, Made made) {
        return state.share(tx, way.payload.collectionId()).chain(found -> {
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
                        .chain(() -> ChunkEmbedding.count(tx, corpusNo, way.payload.modelId(), made))
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

    /** Something was written meanwhile that has to be embedded before the switch. */
    private static final class NotThere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotThere() {
            super("not there yet", null, false, false);
        }
    }

    /** Switches, unless something was written since it was caught up with that has no vector yet. */
    private Uni<Boolean> isLate(Way way) {
        return vectors.keepUp(way.collection.corpusNo(), way.modelNo, way.model.dimension())
                .chain(() -> embedders.of(way.collection.embeddingModelId()))
                .onFailure()
                .transform(ChunkEmbedding::forJob)
                .chain(present -> way.isSearched()
                        ? way.run.finish(tx -> switchOver(tx, way, present))
                        : way.run
                                .step(EMBED, way.total(), way.total(), tx -> switchOver(tx, way, present))
                                .chain(() -> countAgain(way.run, way.payload, way.model)))
                .replaceWith(false)
                .onFailure(NotThere.class)
                .recoverWithUni(
                        () -> Uni.createFrom().item(true).onItem().delayIt().by(A_MOMENT));
    }

    private Uni<Void> switchOver(SqlConnection tx, Way way, Optional<Embedder> present) {
        return state.lock(tx, way.payload.collectionId()).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            if (!found.get().embedsAs(way.collection)) {
                throw new RetryLater(SOON, "The collection has changed; its way begins anew.");
            }
            return state.hasLatecomers(tx, found.get(), present, way.modelNo, way.position.version(), way.refused)
                    .chain(late -> {
                        if (late) {
                            throw new NotThere();
                        }
                        return ReembeddingState.isObsolete(tx, way.collection.corpusNo(), way.modelNo);
                    })
                    .chain(obsolete -> {
                        if (obsolete) {
                            throw new RetryLater(SOON, "The collection was sent elsewhere and back; it begins anew.");
                        }
                        return state.arrive(tx, found.get(), way.payload.modelId(), way.modelNo);
                    })
                    // What was answered by the old vectors is not the answer any more.
                    .chain(() -> corpora.commitChange(tx, way.collection.corpusNo(), 0, 0, List.of(), List.of()))
                    .replaceWithVoid();
        });
    }

    /** What documents say of their vectors is about those by which they are searched now. */
    private Uni<Void> countAgain(JobRun run, Payload payload, Embedder model) {
        AtomicReference<UUID> after = new AtomicReference<>(ReembeddingPages.BEFORE_ALL);
        AtomicLong counted = new AtomicLong();
        return database.bulkSql(tx -> embedding.modelNo(tx, model))
                .chain(modelNo -> Turns.whileMore(() -> run.step(
                                DOCUMENTS,
                                counted.get(),
                                0,
                                tx -> countSome(tx, payload, modelNo, Objects.requireNonNull(after.get())))
                        .map(documents -> {
                            counted.addAndGet(documents.size());
                            if (!documents.isEmpty()) {
                                after.set(documents.get(documents.size() - 1));
                            }
                            return !documents.isEmpty();
                        })))
                .chain(() -> end(run, payload));
    }

    private Uni<List<UUID>> countSome(SqlConnection tx, Payload payload, int modelNo, UUID after) {
        return state.share(tx, payload.collectionId())
                .chain(found -> found.isPresent() && payload.hasArrived(found.get())
                        ? pages.documents(tx, payload.collectionId(), after)
                                .call(documents -> pages.recount(tx, payload.collectionId(), documents, modelNo))
                        : Uni.createFrom().item(List.<UUID>of()));
    }

    /** The collection stays with the model that it has. */
    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return giveUp(tx, Payload.of(job.payload()));
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return giveUp(tx, Payload.of(job.payload()));
    }

    private Uni<Void> giveUp(SqlConnection tx, Payload payload) {
        return state.lock(tx, payload.collectionId())
                .chain(found -> found.isPresent() && payload.isWayOf(found.get())
                        ? state.giveUp(tx, withoutNext(found.get()))
                        : Uni.createFrom().voidItem());
    }

    private static CollectionRef withoutNext(CollectionRef on) {
        return new CollectionRef(
                on.id(),
                on.ownerId(),
                on.corpusNo(),
                on.name(),
                on.language(),
                on.keepOriginal(),
                on.embeddingModelId(),
                null,
                on.contextualHeader(),
                on.chunking());
    }

    /** On its way again, unless it has been sent another way meanwhile. */
    @Override
    public Uni<Void> retried(SqlConnection tx, JobSnapshot job) {
        Payload payload = Payload.of(job.payload());
        return tx.preparedQuery("""
                        update collection set next_embedding_model_id = $2, version = version + 1, updated_at = now()
                        where id = $1 and deleted_at is null and next_embedding_model_id is null
                          and exists (select from embedding_model_setting where id = $2)""")
                .execute(Tuple.of(payload.collectionId(), payload.modelId()))
                .chain(() -> ReembeddingPosition.forget(tx, job.id()));
    }
}
