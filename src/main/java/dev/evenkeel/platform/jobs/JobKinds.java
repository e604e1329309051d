package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** The kinds of job: how many wait, and whether they may start. Samples the numbers for the metrics. */
@ApplicationScoped
class JobKinds {
    private static final Logger LOG = Logger.getLogger(JobKinds.class);

    private static final String COUNTS = """
            select kind, coalesce(k.paused, false) as paused, coalesce(j.queued, 0) as queued,
                coalesce(j.running, 0) as running, coalesce(j.failed, 0) as failed,
                coalesce(extract(epoch from now() - j.oldest), 0)::float8 as oldest_queued_age_s
            from job_kind k full join (
                select kind, count(*) filter (where state = 'queued') as queued,
                    count(*) filter (where state = 'running') as running,
                    count(*) filter (where state = 'failed') as failed,
                    min(run_at) filter (where state = 'queued' and due) as oldest
                from job where state in ('queued', 'running', 'failed') group by kind) j using (kind)
            order by kind
            """;

    private static final String PAUSE =
            "update job_kind set paused = $2, changed_at = now() where kind = $1 returning kind";

    private final ContextInternal context;
    private final Database database;
    private final JobStore store;
    private final JobHandlers handlers;
    private final JobMetrics metrics;
    private final JobsConfig config;
    private boolean registered;
    private volatile boolean stopped;

    JobKinds(
            Vertx vertx,
            Database database,
            JobStore store,
            JobHandlers handlers,
            JobMetrics metrics,
            JobsConfig config) {
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.database = database;
        this.store = store;
        this.handlers = handlers;
        this.metrics = metrics;
        this.config = config;
    }

    void start() {
        context.runOnContext(ignored -> sample());
    }

    void stop() {
        stopped = true;
    }

    /** Every kind that is known here or has jobs. */
    Uni<List<KindView>> all() {
        return database.readSql(JobKinds::counts);
    }

    /**
     * Lets the queued jobs of a kind wait, or start again; running ones are left alone.
     *
     * @throws ProblemException (as failure) 404 when there is no such kind
     */
    Uni<KindView> pause(String kind, boolean paused) {
        return database.writeSql(tx -> tx.preparedQuery(PAUSE)
                .execute(Tuple.of(kind, paused))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().failure(ProblemException.notFound("kind of job"))
                        : counts(tx))
                .map(kinds -> kinds.stream()
                        .filter(view -> view.kind().equals(kind))
                        .findFirst()
                        .orElseThrow(() -> ProblemException.notFound("kind of job"))));
    }

    private static Uni<List<KindView>> counts(SqlConnection connection) {
        return connection.preparedQuery(COUNTS).execute().map(rows -> {
            List<KindView> kinds = new ArrayList<>();
            for (Row row : rows) {
                kinds.add(new KindView(
                        row.getString("kind"),
                        row.getBoolean("paused"),
                        row.getLong("queued"),
                        row.getLong("running"),
                        row.getLong("failed"),
                        Math.max(0, row.getDouble("oldest_queued_age_s"))));
            }
            return kinds;
        });
    }

    private void sample() {
        if (stopped) {
            return;
        }
        register()
                .chain(this::all)
                .subscribe()
                .with(
                        kinds -> {
                            metrics.sampled(kinds);
                            scheduleSample();
                        },
                        failure -> {
                            LOG.debugf(failure, "The queue could not be sampled");
                            scheduleSample();
                        });
    }

    private void scheduleSample() {
        context.setTimer(Math.max(1, config.sampleInterval().toMillis()), timer -> sample());
    }

    private Uni<Void> register() {
        return registered
                ? Uni.createFrom().voidItem()
                : store.registerKinds(handlers.kinds()).invoke(() -> registered = true);
    }
}
