package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Queues a job for each model that has many vectors and no valid index: it is new, or the extension is, or an index was dropped
 * or its building broke off. One that has failed is tried again after ten minutes.
 */
@ApplicationScoped
class HnswQueue implements RecurringJob {
    private static final String WANTED = """
            select m.model_no from embedding_model m
            where m.dimension <= $1
              and (not exists (select from pg_index i
                               where i.indexrelid = to_regclass('%1$s' || m.model_no) and i.indisvalid)
                   or not (%2$s))
              and (select count(*) from (
                       select from chunk_vector v where v.model_no = m.model_no limit $2) counted) >= $2
              and not exists (
                  select from job j where j.kind = '%3$s' and j.unique_key = m.model_no::text
                    and (j.state in ('queued', 'running') and not j.cancel_requested
                         or j.state = 'failed' and j.finished_at > now() - interval '10 minutes'))
            order by m.model_no""".formatted(HalfVectors.INDEX, HalfVectors.IS_SOUND, HnswBuild.KIND);

    private final PgVector pgVector;
    private final VectorIndexConfig config;
    private final JobQueue queue;

    HnswQueue(PgVector pgVector, VectorIndexConfig config, JobQueue queue) {
        this.pgVector = pgVector;
        this.config = config;
        this.queue = queue;
    }

    @Override
    public String name() {
        return "vector-index";
    }

    @Override
    public Duration every() {
        return config.interval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        if (!pgVector.used()) {
            return Uni.createFrom().voidItem();
        }
        return tx.preparedQuery(WANTED)
                .execute(Tuple.of(HalfVectors.MAX_DIMENSION, (long) Math.max(1, config.from())))
                .chain(rows -> {
                    List<NewJob> jobs = new ArrayList<>();
                    for (Row row : rows) {
                        int modelNo = row.getInteger("model_no");
                        jobs.add(new NewJob(HnswBuild.KIND, new JsonObject().put(HnswBuild.MODEL, modelNo))
                                .withUniqueKey(String.valueOf(modelNo)));
                    }
                    return queue.enqueueAll(tx, jobs);
                })
                .replaceWithVoid();
    }
}
