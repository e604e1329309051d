package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.NewJob;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.SqlResult;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Removes what was in a deleted collection, some documents at a time; nobody can see it any more. */
@ApplicationScoped
public class CollectionPurge implements JobHandler {
    private static final String KIND = "knowledge.purge-collection";
    private static final String DOCUMENTS = "documents";
    private static final int DOCUMENTS_PER_STEP = 200;

    private final JobQueue queue;
    private final VectorIndex vectors;
    private final CorpusState corpora;

    CollectionPurge(JobQueue queue, VectorIndex vectors, CorpusState corpora) {
        this.queue = queue;
        this.vectors = vectors;
        this.corpora = corpora;
    }

    /** In the transaction that marks the collection as deleted. */
    public Uni<UUID> enqueue(SqlConnection tx, CollectionRef collection) {
        JsonObject payload = new JsonObject()
                .put("collection_id", collection.id().toString())
                .put("corpus_no", collection.corpusNo());
        return queue.enqueue(
                tx,
                new NewJob(
                        KIND,
                        payload,
                        JobPriority.LOW,
                        collection.id().toString(),
                        collection.id(),
                        collection.within()));
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
        return List.of(DOCUMENTS);
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return removeDocuments(run, UUID.fromString(run.payload().getString("collection_id")), 0);
    }

    private Uni<Void> removeDocuments(JobRun run, UUID collectionId, long removedBefore) {
        return run.step(DOCUMENTS, removedBefore, 0, tx -> removeSome(tx, collectionId))
                .chain(removed -> removed > 0
                        ? removeDocuments(run, collectionId, removedBefore + removed)
                        : run.finish(tx -> removeCollection(tx, run, collectionId)));
    }

    private Uni<Integer> removeSome(SqlConnection tx, UUID collectionId) {
        return tx.preparedQuery("""
                        delete from document where id in (
                          select id from document where collection_id = $1 order by id limit $2)""")
                .execute(Tuple.of(collectionId, DOCUMENTS_PER_STEP))
                .map(SqlResult::rowCount);
    }

    private Uni<Void> removeCollection(SqlConnection tx, JobRun run, UUID collectionId) {
        return tx.preparedQuery("delete from collection where id = $1 and deleted_at is not null")
                .execute(Tuple.of(collectionId))
                .chain(() -> vectors.drop(tx, run.payload().getLong("corpus_no")))
                .chain(() -> tx.preparedQuery("delete from embedding_usage where corpus_no = $1")
                        .execute(Tuple.of(run.payload().getLong("corpus_no"))))
                .chain(() -> corpora.drop(tx, run.payload().getLong("corpus_no")));
    }
}
