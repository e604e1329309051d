package dev.evenkeel.knowledge.notes;

import dev.evenkeel.platform.jobs.JobPriority;
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
 * Finds the collections whose graph has changed and queues a job for each, which does the work; a collection rests ten times
 * as long as its last ranking took, so that a large one that keeps growing is not ranked all the time.
 */
@ApplicationScoped
class NoteRankingSchedule implements RecurringJob {
    private static final int COLLECTIONS_PER_ROUND = 200;

    private static final String CHANGED = """
            select g.collection_id from note_graph g join collection c on c.id = g.collection_id
            where g.version > g.ranked_version and c.deleted_at is null
              and (g.ranked_at is null or g.ranked_at + 10 * g.ranking_ms * interval '1 millisecond' <= now())
            order by g.changed_at limit $1""";

    private final NoteGraphConfig config;
    private final JobQueue queue;

    NoteRankingSchedule(NoteGraphConfig config, JobQueue queue) {
        this.config = config;
        this.queue = queue;
    }

    @Override
    public String name() {
        return "knowledge-note-ranking";
    }

    @Override
    public Duration every() {
        return config.rankingInterval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return tx.preparedQuery(CHANGED)
                .execute(Tuple.of(COLLECTIONS_PER_ROUND))
                .chain(rows -> {
                    List<NewJob> jobs = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        String id = row.getUUID("collection_id").toString();
                        jobs.add(new NewJob(NoteRanking.KIND, new JsonObject().put("collection_id", id))
                                .withPriority(JobPriority.LOW)
                                .withUniqueKey(id));
                    }
                    return queue.enqueueAll(tx, jobs);
                })
                .replaceWithVoid();
    }
}
