package dev.evenkeel.memory;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Forgets changes that are older than their namespaces want. */
@ApplicationScoped
class HistoryPruning implements RecurringJob {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final History history;

    HistoryPruning(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "memory-history-pruning";
    }

    @Override
    public Duration every() {
        return INTERVAL;
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return history.prune(tx);
    }
}
