package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Pools;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hears the other replicas on a connection of its own. What it misses while it reconnects is found by polling.
 *
 * <p>A statement now and then, with a limit on silence, notices a network path that has died without a word.
 */
@ApplicationScoped
class JobListener {
    private static final Logger LOG = Logger.getLogger(JobListener.class);
    private static final long PING_MS = 5_000;
    private static final int SILENCE_S = 15;
    private static final long FIRST_WAIT_MS = 100;
    private static final long LONGEST_WAIT_MS = 5_000;
    private static final int MAX_DOUBLINGS = 10;

    private final Vertx vertx;
    private final JobSignals signals;
    private final PgConnectOptions options;
    private int failures;
    private @Nullable PgConnection connection;
    private boolean stopped;

    JobListener(Vertx vertx, Pool entityPool, Pools pools, JobSignals signals) {
        // Touching the entity pool first makes Quarkus hand its connection options to Pools.
        entityPool.size();
        this.vertx = vertx;
        this.signals = signals;
        this.options = pools.dedicated("listen");
        this.options.setReadIdleTimeout(SILENCE_S);
    }

    void start() {
        connect();
    }

    synchronized void stop() {
        stopped = true;
        if (connection != null) {
            connection.close();
        }
    }

    private void connect() {
        PgConnection.connect(vertx, options)
                .compose(connected -> connected
                        .query("listen " + JobSignals.CHANNEL)
                        .execute()
                        .map(connected)
                        .onFailure(failure -> connected.close()))
                .onSuccess(this::connected)
                .onFailure(this::reconnect);
    }

    private synchronized void connected(PgConnection listening) {
        if (stopped) {
            listening.close();
            return;
        }
        if (failures > 0) {
            LOG.info("Listening for jobs of other replicas again");
        }
        failures = 0;
        connection = listening;
        long ping =
                vertx.setPeriodic(PING_MS, timer -> listening.query("select 1").execute());
        listening.notificationHandler(notification -> signals.workElsewhere());
        listening.closeHandler(closed -> {
            vertx.cancelTimer(ping);
            reconnect(new IllegalStateException("the connection was closed"));
        });
        // What was announced while nobody listened.
        signals.workElsewhere();
    }

    private synchronized void reconnect(Throwable cause) {
        connection = null;
        if (stopped) {
            return;
        }
        if (failures == 0) {
            LOG.warnf("Not listening for jobs of other replicas, trying again: %s", cause.getMessage());
        }
        long waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        vertx.setTimer(waitMs / 2 + ThreadLocalRandom.current().nextLong(waitMs / 2 + 1) + 1, timer -> connect());
    }
}
