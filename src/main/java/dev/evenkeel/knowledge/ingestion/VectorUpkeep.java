package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import dev.evenkeel.platform.jobs.RecurringJob;
import dev.evenkeel.platform.search.embedding.EmbeddingConfig;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Queues the removal of vectors that have been obsolete for a while, and again what should be on its way to another model and
 * has no job: the replica that accepted the change may have ended before it queued one.
 */
@ApplicationScoped
class VectorUpkeep implements RecurringJob {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final int AT_ONCE = 100;

    private static final String OBSOLETE = """
            select corpus_no, model_no from obsolete_vectors
            where since < now() - make_interval(secs => $1::double precision) order by since limit $2""";

    /** A job that is being cancelled is one: it ends the way itself. */
    private static final String FORGOTTEN = """
            select c.id from collection c
            where c.next_embedding_model_id is not null and c.deleted_at is null and not exists (
              select from job j where j.kind = '%s' and j.state in ('queued', 'running')
                and j.unique_key = c.id::text || ':' || c.next_embedding_model_id::text)
            limit $1""".formatted(Reembedding.KIND);

    private final JobQueue queue;
    private final Reembedding reembedding;
    private final Duration kept;

    VectorUpkeep(JobQueue queue, Reembedding reembedding, EmbeddingConfig config) {
        this.queue = queue;
        this.reembedding = reembedding;
        this.kept = config.obsoleteVectorsKept();
    }

    @Override
    public String name() {
        return "knowledge-vectors";
    }

    @Override
    public Duration every() {
        return kept.compareTo(SHORTEST) < 0 ? SHORTEST : kept;
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return tx.preparedQuery(OBSOLETE)
                .execute(Tuple.of(kept.toMillis() / 1000.0, AT_ONCE))
                .chain(rows -> {
                    List<NewJob> jobs = new ArrayList<>();
                    for (Row row : rows) {
                        long corpusNo = row.getLong("corpus_no");
                        int modelNo = row.getInteger("model_no");
                        JsonObject payload = new JsonObject()
                                .put(ObsoleteVectors.CORPUS, corpusNo)
                                .put(ObsoleteVectors.MODEL, modelNo);
                        jobs.add(new NewJob(ObsoleteVectors.KIND, payload)
                                .withPriority(JobPriority.LOW)
                                .withUniqueKey(corpusNo + ":" + modelNo));
                    }
                    return queue.enqueueAll(tx, jobs);
                })
                .chain(() -> tx.preparedQuery(FORGOTTEN).execute(Tuple.of(AT_ONCE)))
                .chain(rows -> {
                    List<UUID> collections = new ArrayList<>();
                    rows.forEach(row -> collections.add(row.getUUID("id")));
                    return Multi.createFrom()
                            .iterable(collections)
                            .onItem()
                            .transformToUniAndConcatenate(id -> reembedding.follow(tx, id))
                            .collect()
                            .last();
                })
                .replaceWithVoid();
    }
}
