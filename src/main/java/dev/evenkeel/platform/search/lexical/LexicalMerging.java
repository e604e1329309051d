package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Keeps the keyword index compact, all the time. */
@ApplicationScoped
class LexicalMerging implements RecurringJob {
    private final LexicalMerger merger;
    private final LexicalConfig config;

    LexicalMerging(LexicalMerger merger, LexicalConfig config) {
        this.merger = merger;
        this.config = config;
    }

    @Override
    public String name() {
        return "lexical-merging";
    }

    @Override
    public Duration every() {
        return config.mergeInterval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return merger.fold(tx).replaceWithVoid();
    }
}
