package dev.evenkeel.memory;

import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import dev.evenkeel.platform.jobs.RecurringJob;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Queues a job for each corpus with texts that have no vector of the present model. Looking for them, instead of queuing with
 * each write, keeps writes cheap and also finds the texts of another model, or of the time without one. Where the model has
 * refused everything it is asked again after ten minutes.
 */
@ApplicationScoped
class TextEmbeddingQueue implements RecurringJob {
    private static final int CORPORA = 100;

    private static final String WAITING = """
            select n.corpus_no from memory_namespace n
            where n.corpus_no is not null and n.deleted_at is null and exists (
                select from memory_search s where s.corpus_no = n.corpus_no and %1$s)
            and not exists (
                select from job j where j.kind = '%2$s' and j.unique_key = n.corpus_no::text
                  and j.state in ('queued', 'running') and not j.cancel_requested)
            and not exists (
                select from job j where j.kind = '%2$s' and j.unique_key = n.corpus_no::text
                  and j.state = 'failed' and j.finished_at > now() - interval '10 minutes')
            limit $2""".formatted(TextEmbedding.TO_EMBED, TextEmbedding.KIND);

    private final Optional<Embedder> embedder;
    private final VectorIndex vectors;
    private final JobQueue queue;
    private final MemoryConfig config;

    TextEmbeddingQueue(Embedders embedders, VectorIndex vectors, JobQueue queue, MemoryConfig config) {
        this.embedder = embedders.configured();
        this.vectors = vectors;
        this.queue = queue;
        this.config = config;
    }

    @Override
    public String name() {
        return "memory-embedding";
    }

    @Override
    public Duration every() {
        return config.embeddingInterval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        if (embedder.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Embedder model = embedder.get();
        return vectors.requireModelNo(tx, model.model(), model.dimension())
                .chain(modelNo -> tx.preparedQuery(WAITING).execute(Tuple.of(modelNo, CORPORA)))
                .chain(rows -> {
                    List<NewJob> jobs = new ArrayList<>();
                    for (Row row : rows) {
                        long corpusNo = row.getLong("corpus_no");
                        jobs.add(new NewJob(TextEmbedding.KIND, new JsonObject().put(TextEmbedding.CORPUS, corpusNo))
                                .withUniqueKey(String.valueOf(corpusNo)));
                    }
                    return queue.enqueueAll(tx, jobs);
                })
                .replaceWithVoid();
    }
}
