package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** Runs recurring jobs one after the other; the lock on a job's row makes one replica its leader for that time. */
@ApplicationScoped
class RecurringJobs {
    private static final Logger LOG = Logger.getLogger(RecurringJobs.class);

    private static final String LEAD = """
            update recurring_job set last_started_at = now() where name = any(array(
                select name from recurring_job where name = $1 and next_run_at <= now()
                for update skip locked))
            """;

    private static final String DONE = """
            update recurring_job set next_run_at = now() + make_interval(secs => interval_s),
                last_finished_at = clock_timestamp(), last_error = null
            where name = $1
            """;

    private final ContextInternal context;
    private final Database database;
    private final JobStore store;
    private final JobsConfig config;
    private final Map<String, RecurringJob> byName = new LinkedHashMap<>();
    private boolean registered;
    private volatile boolean stopped;

    RecurringJobs(Vertx vertx, Database database, JobStore store, JobsConfig config, Instance<RecurringJob> jobs) {
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.database = database;
        this.store = store;
        this.config = config;
        for (RecurringJob job : jobs) {
            if (byName.put(job.name(), job) != null) {
                throw new IllegalStateException("Two recurring jobs named " + job.name());
            }
        }
    }

    void start() {
        if (!byName.isEmpty()) {
            context.runOnContext(ignored -> tick());
        }
    }

    void stop() {
        stopped = true;
    }

    private void tick() {
        register()
                .chain(() -> store.dueRecurring(byName.keySet()))
                .chain(this::runAll)
                .subscribe()
                .with(ignored -> scheduleTick(), failure -> {
                    LOG.debugf(failure, "Recurring jobs wait for the database");
                    scheduleTick();
                });
    }

    private void scheduleTick() {
        if (!stopped) {
            long pollMs = config.pollInterval().toMillis();
            context.setTimer(1 + pollMs / 2 + ThreadLocalRandom.current().nextLong(pollMs + 1), timer -> tick());
        }
    }

    private Uni<Void> register() {
        return registered
                ? Uni.createFrom().voidItem()
                : store.registerRecurring(byName.values()).invoke(() -> registered = true);
    }

    private Uni<Void> runAll(List<String> due) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (String name : due) {
            RecurringJob job = byName.get(name);
            if (job != null) {
                all = all.chain(() -> stopped ? Uni.createFrom().voidItem() : run(job));
            }
        }
        return all;
    }

    private Uni<Void> run(RecurringJob job) {
        return database.bulkSql(tx -> lead(tx, job)).onFailure().recoverWithUni(failure -> {
            LOG.warnf(failure, "Recurring job %s failed", job.name());
            return store.recurringFailed(job.name(), JobError.of("", JobFailures.describe(failure)));
        });
    }

    private static Uni<Void> lead(SqlConnection tx, RecurringJob job) {
        return tx.preparedQuery(LEAD)
                .execute(Tuple.of(job.name()))
                .chain(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().voidItem()
                        : job.run(tx)
                                .chain(() -> tx.preparedQuery(DONE).execute(Tuple.of(job.name())))
                                .replaceWithVoid());
    }
}
