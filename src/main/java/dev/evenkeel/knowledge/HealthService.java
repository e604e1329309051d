package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Keeps count of what the knowledge base holds, at intervals, so that asking costs nothing. */
@Singleton
public class HealthService {
    private static final Logger LOG = Logger.getLogger(HealthService.class);
    private static final long REFRESH_MS = 5_000;
    private static final String COUNTS = """
            select (select count(*) from document where indexed_revision is not null) as documents,
                   (select coalesce(sum(chunks), 0)::bigint from corpus_state join collection using (corpus_no)) as chunks,
                   exists (select 1 from job where kind = 'knowledge.ingest' and state in ('queued', 'running')) as busy
            """;

    private final Database database;
    private final Vertx vertx;
    private final String model;
    private volatile HealthView view;
    private long timer = -1;

    HealthService(Database database, Vertx vertx, dev.evenkeel.knowledge.ingestion.EmbeddingPlan embedding) {
        this.database = database;
        this.vertx = vertx;
        this.model = embedding.modelName();
        this.view = new HealthView("healthy", 0, 0, model, false, 0);
    }

    void start(@Observes StartupEvent event) {
        refresh();
        timer = vertx.setPeriodic(REFRESH_MS, id -> refresh());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** The counts seen last, and what this process takes of memory now. */
    HealthView health() {
        HealthView seen = view;
        Runtime runtime = Runtime.getRuntime();
        double megabytes = Math.round((runtime.totalMemory() - runtime.freeMemory()) / 104_857.6) / 10.0;
        return new HealthView(
                seen.status(),
                seen.indexedDocuments(),
                seen.totalChunks(),
                seen.model(),
                seen.indexingInProgress(),
                megabytes);
    }

    private void refresh() {
        database.readSql(connection -> connection.preparedQuery(COUNTS).execute())
                .subscribe()
                .with(
                        rows -> {
                            Row row = rows.iterator().next();
                            view = new HealthView(
                                    "healthy",
                                    row.getLong("documents"),
                                    row.getLong("chunks"),
                                    model,
                                    row.getBoolean("busy"),
                                    0);
                        },
                        failure -> LOG.debug("The counts of /health were not refreshed", failure));
    }
}
