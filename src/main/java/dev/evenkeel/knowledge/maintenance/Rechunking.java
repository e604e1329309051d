package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.ChunkingRows;
import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.RetryLater;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Has documents cut and indexed again, from their originals, by ordinary jobs of low priority: some at a time, so that it can be cancelled
 * and does not fill the queue. Until a document is swapped, in one transaction, its old chunks are found; chunks that come out the same keep
 * their vectors.
 */
@ApplicationScoped
class Rechunking implements MaintenanceTask {
    private static final String QUEUE = "queue";
    private static final String WAIT = "wait";

    private static final int DOCUMENTS_AT_ONCE = 100;
    private static final UUID FIRST = new UUID(0, 0);

    private final IngestionJobs jobs;
    private final String documents;

    Rechunking(IngestionJobs jobs, KnowledgeConfig config) {
        this.jobs = jobs;
        this.documents = """
                select d.id, coalesce(d.source_path, d.title) as path, d.revision,
                       exists (select 1 from document_part p
                               where p.document_id = d.id and p.revision = d.revision and p.part_no = 0) as kept
                from document d join collection c on c.id = d.collection_id
                where d.collection_id = $1 and d.id > $2 and d.indexed_revision = d.revision
                  and ($3::uuid[] is null or d.id = any($3)) and ($4 or (%s))
                order by d.id limit $5""".formatted(ChunkingRows.otherwise(config.chunkMaxTokens()));
    }

    @Override
    public MaintenanceOperation operation() {
        return MaintenanceOperation.RE_CHUNK;
    }

    @Override
    public List<String> stages() {
        return List.of(QUEUE, WAIT);
    }

    @Override
    public Uni<Void> run(MaintenanceRun run) {
        return run.change(QUEUE, (tx, place) -> queue(run, tx, place))
                .invoke(jobs::announce)
                .chain(() -> run.change(WAIT, (tx, place) -> awaitJobs(run, tx).replaceWith(Progress.done())));
    }

    private Uni<Progress> queue(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        return awaitJobs(run, tx).chain(() -> page(run, tx, place)).chain(rows -> {
            List<Finding> findings = new ArrayList<>();
            List<Row> kept = new ArrayList<>();
            String last = FIRST.toString();
            for (Row row : rows) {
                last = row.getUUID("id").toString();
                if (row.getBoolean("kept")) {
                    kept.add(row);
                } else {
                    findings.add(Finding.difference(
                            "original_not_kept",
                            row.getUUID("id"),
                            row.getString("path"),
                            "the bytes of the document",
                            "none",
                            "send the document again"));
                }
            }
            JsonObject next = rows.size() < DOCUMENTS_AT_ONCE ? null : new JsonObject().put("after", last);
            Progress progress = new Progress(findings, Map.of("documents", (long) kept.size()), next);
            return run.dryRun()
                    ? Uni.createFrom().item(progress)
                    : enqueue(run, tx, kept).replaceWith(progress);
        });
    }

    private Uni<RowSet<Row>> page(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        UUID[] chosen = chosen(run.options().getJsonArray("document_ids"));
        return tx.preparedQuery(documents)
                .execute(Tuple.tuple()
                        .addUUID(run.collection().id())
                        .addUUID(UUID.fromString(place.getString("after", FIRST.toString())))
                        .addArrayOfUUID(chosen)
                        .addBoolean(chosen != null || run.options().getBoolean("all", false))
                        .addInteger(DOCUMENTS_AT_ONCE));
    }

    private static UUID @Nullable [] chosen(@Nullable JsonArray ids) {
        return ids == null
                ? null
                : ids.stream().map(id -> UUID.fromString(String.valueOf(id))).toArray(UUID[]::new);
    }

    private Uni<Void> enqueue(MaintenanceRun run, SqlConnection tx, List<Row> rows) {
        return Multi.createFrom()
                .iterable(rows)
                .onItem()
                .transformToUniAndConcatenate(row -> jobs.enqueueAgain(
                        tx,
                        row.getUUID("id"),
                        row.getInteger("revision"),
                        run.collection().within(),
                        JobPriority.LOW))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Comes back later while documents of the collection are being indexed again: this job keeps nobody's place meanwhile. */
    private Uni<Void> awaitJobs(MaintenanceRun run, SqlConnection tx) {
        if (run.dryRun() || run.count("documents") == 0) {
            return Uni.createFrom().voidItem();
        }
        return tx.preparedQuery("""
                        select count(*) from job
                        where collection_id = $1 and kind = $2 and state in ('queued', 'running')
                          and (payload ->> 'again')::boolean""")
                .execute(Tuple.of(run.collection().id(), IngestionJobs.KIND))
                .invoke(rows -> {
                    long left = rows.iterator().next().getLong(0);
                    if (left > 0) {
                        jobs.announce();
                        throw new RetryLater(Duration.ofSeconds(1), left + " documents are being indexed again.");
                    }
                })
                .replaceWithVoid();
    }
}
