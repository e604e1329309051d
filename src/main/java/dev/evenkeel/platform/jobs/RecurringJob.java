package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;

/** Work repeated at an interval, by one replica at a time. Every CDI bean of this type is found by the queue. */
public interface RecurringJob {
    /** Names the job in every replica. */
    String name();

    /** Time from the start of one run to the next. */
    Duration every();

    /** Does the work in one transaction of the bulk lane, which also moves the next run ahead. */
    Uni<Void> run(SqlConnection tx);
}
