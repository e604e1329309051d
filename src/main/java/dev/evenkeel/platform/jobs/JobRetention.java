package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Deletes jobs that ended long ago, a bounded number at a time. */
@ApplicationScoped
class JobRetention implements RecurringJob {
    private static final int BATCH = 20_000;

    private static final String DELETE = """
            delete from job where id = any(array(
                select id from job
                where finished_at < now() - make_interval(secs => case when state = 'failed' then $2::float8 else $1::float8 end)
                    and finished_at < now() - make_interval(secs => least($1::float8, $2::float8))
                order by finished_at limit $3 for update skip locked))
            """;

    private final JobsConfig.Retention config;

    JobRetention(JobsConfig config) {
        this.config = config.retention();
    }

    @Override
    public String name() {
        return "job-retention";
    }

    @Override
    public Duration every() {
        return config.interval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(seconds(config.finished()), seconds(config.dead()), BATCH))
                .replaceWithVoid();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
