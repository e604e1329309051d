package dev.evenkeel.platform.search;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Forgets what changed in the corpora long ago, and notes up to which version it has. */
@ApplicationScoped
class ChangePruning implements RecurringJob {
    private static final int ROWS = 20_000;

    /** Corpora that a writer has locked are left for the next round. */
    private static final String PRUNE = """
            with old as materialized (
                select corpus_no, version from corpus_delta
                where created_at < now() - make_interval(secs => $1)
                order by created_at limit $2),
            free as materialized (
                select corpus_no from corpus_state
                where corpus_no in (select corpus_no from old)
                order by corpus_no for update skip locked),
            latest as materialized (
                select corpus_no, max(version) as version from old join free using (corpus_no) group by corpus_no),
            noted as (
                update corpus_state set pruned_version = greatest(pruned_version, latest.version)
                from latest where corpus_state.corpus_no = latest.corpus_no)
            delete from corpus_delta using latest
            where corpus_delta.corpus_no = latest.corpus_no and corpus_delta.version <= latest.version""";

    private final ChangeConfig config;

    ChangePruning(ChangeConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "search-change-pruning";
    }

    @Override
    public Duration every() {
        return config.interval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return prune(tx, config.retention());
    }

    Uni<Void> prune(SqlConnection tx, Duration retention) {
        return tx.preparedQuery(PRUNE)
                .execute(Tuple.of(retention.toMillis() / 1_000.0, ROWS))
                .replaceWithVoid();
    }
}
