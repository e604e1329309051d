package dev.evenkeel.platform.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.http.Page;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Asks each entity query of jobs once before the service takes requests: on the JVM their first translation costs an
 * event loop some hundred milliseconds.
 */
@Singleton
class JobWarmUp {
    private static final Logger LOG = Logger.getLogger(JobWarmUp.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final UUID NOBODY = new UUID(0, 0);

    private final Vertx vertx;
    private final JobService jobs;
    private final JobChanges changes;
    private final ObjectMapper json;

    JobWarmUp(Vertx vertx, JobService jobs, JobChanges changes, ObjectMapper json) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.changes = changes;
        this.json = json;
    }

    void warmUp(@Observes StartupEvent event) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        RunContexts.run(
                ((VertxInternal) vertx).createEventLoopContext(),
                () -> queries().subscribe().with(ignored -> done.complete(null), failure -> {
                    LOG.debug("The queries of jobs are not warm", failure);
                    done.complete(null);
                }));
        done.completeOnTimeout(null, LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    private Uni<Void> queries() {
        JobFilter any = new JobFilter(Reach.EVERYTHING, null, null, null);
        return jobs.list(any, 1, null)
                .invoke(this::serialise)
                .chain(() -> jobs.list(new JobFilter(Reach.ofCollection(NOBODY), "", JobState.QUEUED, NOBODY), 1, null))
                .chain(() -> jobs.detail(Reach.EVERYTHING, NOBODY).onFailure().recoverWithNull())
                .chain(() -> changes.since(null))
                .chain(now -> changes.since(now.cursor()))
                .replaceWithVoid();
    }

    private void serialise(Page<JobView> page) {
        json.valueToTree(page);
    }
}
