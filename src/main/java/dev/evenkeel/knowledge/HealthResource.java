package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** A glance at the knowledge base for people and scripts; counts are at most a few seconds old. */
@Path("/health")
@Tag(name = "health")
@PermitAll
@Singleton
public class HealthResource {
    private static final Logger LOG = Logger.getLogger(HealthResource.class);
    private static final long REFRESH_MS = 5_000;
    private static final String COUNTS = """
            select (select count(*) from document where indexed_revision is not null) as documents,
                   (select coalesce(sum(chunks), 0)::bigint from corpus_state) as chunks,
                   exists (select 1 from job where kind = 'knowledge.ingest' and state in ('queued', 'running')) as busy
            """;

    private final Database database;
    private final Vertx vertx;
    private final String model;
    private volatile HealthView view;

    HealthResource(Database database, Vertx vertx, dev.evenkeel.knowledge.ingestion.EmbeddingPlan embedding) {
        this.database = database;
        this.vertx = vertx;
        this.model = embedding.modelName();
        this.view = new HealthView("healthy", 0, 0, model, false, 0);
    }

    void start(@Observes StartupEvent event) {
        refresh();
        vertx.setPeriodic(REFRESH_MS, id -> refresh());
    }

    /** The counts seen last, and what this process takes of memory now. */
    @GET
    public Uni<HealthView> health() {
        HealthView seen = view;
        Runtime runtime = Runtime.getRuntime();
        double megabytes = Math.round((runtime.totalMemory() - runtime.freeMemory()) / 104_857.6) / 10.0;
        return Uni.createFrom()
                .item(new HealthView(
                        seen.status(),
                        seen.indexedDocuments(),
                        seen.totalChunks(),
                        seen.model(),
                        seen.indexingInProgress(),
                        megabytes));
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

    /**
     * The health of the knowledge base.
     *
     * @param status always {@code healthy}: whoever reads it got an answer; readiness is at {@code /q/health/ready}
     * @param model the embedding model, or {@code none}
     * @param memoryMb heap in use, in megabytes
     */
    @RegisterForReflection
    public record HealthView(
            String status,
            long indexedDocuments,
            long totalChunks,
            String model,
            boolean indexingInProgress,
            double memoryMb) {}
}
