package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a fifth of a second every second, and counts. */
@ApplicationScoped
class TickingJob implements RecurringJob {
    static final String NAME = "test-tick";

    private final AtomicInteger runs = new AtomicInteger();

    int runs() {
        return runs.get();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        runs.incrementAndGet();
        return tx.query("select pg_sleep(0.2)").execute().replaceWithVoid();
    }
}
