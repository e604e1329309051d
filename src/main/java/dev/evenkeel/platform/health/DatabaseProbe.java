package dev.evenkeel.platform.health;

import dev.evenkeel.platform.database.DatabaseConfig;
import dev.evenkeel.platform.database.Pools;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jboss.logging.Logger;

/**
 * Asks the database every second, on a connection of its own, whether it is there and has the schema that this build
 * needs. The health checks read only what was found last, so they answer at once whatever the database does.
 */
@ApplicationScoped
public class DatabaseProbe {
    private static final Logger LOG = Logger.getLogger(DatabaseProbe.class);
    private static final String SCHEMA_VERSION =
            "select max(version::numeric)::text from flyway_schema_history where success and version is not null";

    private final Vertx vertx;
    private final Pool pool;
    private final Duration interval;
    private final Duration unreachableAfter;
    private final MigrationVersion needed;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile long answeredAtNanos = System.nanoTime();
    private volatile boolean answeredOnce;
    private volatile boolean migrated;
    private long timer = -1;

    DatabaseProbe(
            Vertx vertx, Pools pools, io.vertx.mutiny.sqlclient.Pool entityPool, DatabaseConfig config, Flyway flyway) {
        entityPool.size();
        this.vertx = vertx;
        this.pool = pools.probe();
        this.interval = config.probe().interval();
        this.unreachableAfter = config.probe().unreachableAfter();
        this.needed = Arrays.stream(flyway.info().all())
                .map(MigrationInfo::getVersion)
                .filter(Objects::nonNull)
                .max(MigrationVersion::compareTo)
                .orElse(MigrationVersion.EMPTY);
    }

    void start(@Observes StartupEvent event) {
        ask();
        timer = vertx.setPeriodic(interval.toMillis(), id -> ask());
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** False once the database has not answered for the configured time; a slow answer is an answer. */
    boolean reachable() {
        return answeredOnce && System.nanoTime() - answeredAtNanos < unreachableAfter.toNanos();
    }

    /** True when the schema is at least the one of this build. */
    boolean migrated() {
        return migrated;
    }

    private void ask() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        pool.withConnection(
                        connection -> connection.preparedQuery(SCHEMA_VERSION).execute())
                .onComplete(result -> {
                    asking.set(false);
                    if (result.succeeded()) {
                        String version = result.result().iterator().next().getString(0);
                        migrated = version != null
                                && MigrationVersion.fromVersion(version).compareTo(needed) >= 0;
                        answeredAtNanos = System.nanoTime();
                        answeredOnce = true;
                    } else {
                        LOG.debug("The database did not answer the probe", result.cause());
                    }
                });
    }
}
