package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Counts its runs in the database. */
@ApplicationScoped
class TickingJob implements RecurringJob {
    static final String NAME = "test-tick";

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
        return tx.query("create table if not exists test_tick (at timestamptz default now())")
                .execute()
                .chain(() -> tx.query("insert into test_tick default values").execute())
                .replaceWithVoid();
    }
}
