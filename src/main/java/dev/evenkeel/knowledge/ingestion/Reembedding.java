package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import dev.evenkeel.platform.jobs.NewJob;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
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

    private final Database database;
    private final Embedders embedders;
    private final ReembeddingState state;
    private final ReembeddingPages pages;
    private final ChunkEmbedding embedding;
    private final ReembeddingPass pass;
    private final ReembeddingSwitch switching;
    private final JobQueue queue;

    Reembedding(
            Database database,
            Embedders embedders,
            ReembeddingState state,
            ReembeddingPages pages,
            ChunkEmbedding embedding,
            ReembeddingPass pass,
            ReembeddingSwitch switching,
            JobQueue queue) {
        this.database = database;
        this.embedders = embedders;
        this.state = state;
        this.pages = pages;
        this.embedding = embedding;
        this.pass = pass;
        this.switching = switching;
        this.queue = queue;
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
            String key = next == null ? null : new ReembeddingGoal(collectionId, next).uniqueKey();
            return ReembeddingPosition.forgetOthers(tx, found.get(), key)
                    .chain(() -> state.keepPresent(tx, found.get()))
                    .chain(() -> next == null
                            ? Uni.createFrom().item(Optional.<UUID>empty())
                            : queue.enqueue(tx, job(found.get(), next)).map(Optional::of));
        });
    }

    private static NewJob job(CollectionRef collection, UUID modelId) {
        ReembeddingGoal goal = new ReembeddingGoal(collection.id(), modelId);
        return new NewJob(
                KIND, goal.json(), JobPriority.NORMAL, goal.uniqueKey(), collection.id(), collection.within());
    }

    /** To be called after the commit. */
    public void announce() {
        queue.announce();
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
        ReembeddingGoal goal = ReembeddingGoal.of(run.payload());
        return database.bulkSql(tx -> state.find(tx, goal.collectionId())).chain(found -> {
            boolean onTheWay = found.isPresent() && goal.isWayOf(found.get());
            boolean arrived = found.isPresent() && goal.hasArrived(found.get());
            return !onTheWay && !arrived
                    ? end(run, goal)
                    : embedders
                            .of(goal.modelId())
                            .onFailure()
                            .transform(ChunkEmbedding::forJob)
                            .chain(model -> {
                                if (model.isEmpty()) {
                                    return withoutModel(run, goal);
                                }
                                return onTheWay ? begin(run, goal, model.get()) : countAgain(run, goal, model.get());
                            });
        });
    }

    /** When the collection is not on this way, or not any more, what was made of other models is obsolete. */
    private Uni<Void> end(JobRun run, ReembeddingGoal goal) {
        return run.finish(tx -> state.share(tx, goal.collectionId()).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            if (goal.isWayOf(found.get())) {
                throw new RetryLater(ReembeddingWay.SOON, "The collection is on its way to this model again.");
            }
            return state.keepPresent(tx, found.get());
        }));
    }

    /** The default model, where none is configured any more. */
    private Uni<Void> withoutModel(JobRun run, ReembeddingGoal goal) {
        return run.finish(tx -> state.lock(tx, goal.collectionId())
                .chain(found -> found.isPresent() && goal.isWayOf(found.get())
                        ? state.arrive(tx, found.get(), goal.modelId(), 0)
                        : Uni.createFrom().voidItem()));
    }

    /** The collection is looked at again: vectors are wanted only while it is known to be on this way. */
    private Uni<Void> begin(JobRun run, ReembeddingGoal goal, Embedder model) {
        return database.bulkSql(tx -> state.share(tx, goal.collectionId())
                        .chain(found -> found.isPresent() && goal.isWayOf(found.get())
                                ? begin(tx, run, goal, found.get(), model).map(Optional::of)
                                : Uni.createFrom().item(Optional.<ReembeddingWay>empty())))
                .chain(way -> way.isEmpty()
                        ? end(run, goal)
                        : pass.toTheEnd(way.get())
                                .chain(() -> Turns.whileMore(
                                        () -> pass.catchUp(way.get()).chain(() -> switching.isLate(way.get()))))
                                .chain(() -> way.get().isSearched()
                                        ? Uni.createFrom().voidItem()
                                        : countAgain(run, goal, model)));
    }

    private Uni<ReembeddingWay> begin(
            SqlConnection tx, JobRun run, ReembeddingGoal goal, CollectionRef collection, Embedder model) {
        return embedding
                .modelNo(tx, model)
                .chain(modelNo -> ReembeddingState.unmark(tx, collection.corpusNo(), Set.of(modelNo))
                        .chain(wereObsolete ->
                                ReembeddingPosition.find(tx, run.id(), collection, modelNo, !wereObsolete))
                        .chain(found -> {
                            JsonObject kept = found.at().json(collection, modelNo);
                            return ReembeddingPosition.save(tx, run.id(), kept, found.stored())
                                    .invoke(ReembeddingWay::requireUnchanged)
                                    .chain(() -> pages.chunks(tx, collection.id()))
                                    .map(chunks -> new ReembeddingWay(
                                            run, goal, collection, model, modelNo, chunks, found.at(), kept));
                        }));
    }

    /** What documents say of their vectors is about those by which they are searched now. */
    private Uni<Void> countAgain(JobRun run, ReembeddingGoal goal, Embedder model) {
        AtomicReference<UUID> after = new AtomicReference<>(ReembeddingPages.BEFORE_ALL);
        AtomicLong counted = new AtomicLong();
        return database.bulkSql(tx -> embedding.modelNo(tx, model))
                .chain(modelNo -> Turns.whileMore(() -> run.step(
                                DOCUMENTS,
                                counted.get(),
                                0,
                                tx -> countSome(tx, goal, modelNo, Objects.requireNonNull(after.get())))
                        .map(documents -> {
                            counted.addAndGet(documents.size());
                            if (!documents.isEmpty()) {
                                after.set(documents.get(documents.size() - 1));
                            }
                            return !documents.isEmpty();
                        })))
                .chain(() -> end(run, goal));
    }

    private Uni<List<UUID>> countSome(SqlConnection tx, ReembeddingGoal goal, int modelNo, UUID after) {
        return state.share(tx, goal.collectionId())
                .chain(found -> found.isPresent() && goal.hasArrived(found.get())
                        ? pages.documents(tx, goal.collectionId(), after)
                                .call(documents -> pages.recount(tx, goal.collectionId(), documents, modelNo))
                        : Uni.createFrom().item(List.<UUID>of()));
    }

    /** The collection stays with the model that it has. */
    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return giveUp(tx, ReembeddingGoal.of(job.payload()));
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return giveUp(tx, ReembeddingGoal.of(job.payload()));
    }

    private Uni<Void> giveUp(SqlConnection tx, ReembeddingGoal goal) {
        return state.lock(tx, goal.collectionId())
                .chain(found -> found.isPresent() && goal.isWayOf(found.get())
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
        ReembeddingGoal goal = ReembeddingGoal.of(job.payload());
        return tx.preparedQuery("""
                        update collection set next_embedding_model_id = $2, version = version + 1, updated_at = now()
                        where id = $1 and deleted_at is null and next_embedding_model_id is null
                          and exists (select from embedding_model_setting where id = $2)""")
                .execute(Tuple.of(goal.collectionId(), goal.modelId()))
                .chain(() -> ReembeddingPosition.forget(tx, job.id()));
    }
}
