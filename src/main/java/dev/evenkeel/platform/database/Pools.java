package dev.evenkeel.platform.database;

import dev.evenkeel.platform.offload.OffloadConfig;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every connection of the service comes from here: the entity pool (reads and writes), the bulk pool (jobs), the
 * authentication pool and the probe connection. All are copies of the one configured datasource, so that TLS and properties come along.
 */
@Singleton
public class Pools implements PgPoolCreator {
    /** Longer than any statement here: one that is not kept prepared is parsed and planned each time it runs. */
    private static final int CACHED_STATEMENT_LENGTH = 16_384;

    private static final int PROBE_STATEMENT_TIMEOUT_MS = 2_000;
    private static final int CONTROL_STATEMENT_TIMEOUT_MS = 5_000;
    private static final int CONTROL_SILENCE_S = 30;

    private final DatabaseConfig config;
    private final int bulkConnections;
    private final List<Pool> own = new ArrayList<>();
    private volatile @Nullable Sources sources;

    private record Sources(Vertx vertx, List<PgConnectOptions> options) {}

    Pools(DatabaseConfig config, OffloadConfig offload) {
        this.config = config;
        int configured = config.bulk().connections();
        this.bulkConnections = configured > 0 ? configured : offload.bulkThreads() + 2;
    }

    /** Called by Quarkus for the datasource: builds the entity pool that Hibernate Reactive uses. */
    @Override
    public Pool create(Input input) {
        sources = new Sources(input.vertx(), input.pgConnectOptionsList());
        int size = config.read().permits() + config.write().permits();
        return build("entity", size, config.read().statementTimeout(), input.poolOptions());
    }

    /** A pool for the transactions of jobs; the caller closes nothing, this class does. */
    Pool bulk() {
        return remember(build("bulk", bulkConnections, config.bulk().statementTimeout(), new PoolOptions()));
    }

    /** A pool for looking up credentials. */
    Pool authentication() {
        var authentication = config.authentication();
        return remember(build(
                "authentication", authentication.connections(), authentication.statementTimeout(), new PoolOptions()));
    }

    /** A pool of one connection that nothing but the probes uses. */
    public Pool probe() {
        return remember(build("probe", 1, Duration.ofMillis(PROBE_STATEMENT_TIMEOUT_MS), new PoolOptions()));
    }

    /**
     * A pool of one connection for the bookkeeping of the job queue (claims, heartbeats), so that a lease is kept while
     * every bulk connection is busy. It does not wait for the disk at commit: what is lost by a crash of the server is a
     * claim or a heartbeat, and the lease makes up for both. A connection that has been silent for long is replaced,
     * which is how a dead network path is noticed.
     */
    public Pool control() {
        List<SqlConnectOptions> options = new ArrayList<>();
        for (PgConnectOptions copy : options("control", Duration.ofMillis(CONTROL_STATEMENT_TIMEOUT_MS))) {
            copy.addProperty("synchronous_commit", "off");
            copy.setReadIdleTimeout(CONTROL_SILENCE_S);
            options.add(copy);
        }
        return remember(build("control", 1, options, new PoolOptions()));
    }

    /** Connection options for a connection held outside any pool (LISTEN). */
    public PgConnectOptions dedicated(String name) {
        return new ArrayList<>(options(name, Duration.ZERO)).get(0);
    }

    int bulkConnections() {
        return bulkConnections;
    }

    private Pool build(String name, int size, Duration statementTimeout, PoolOptions base) {
        return build(name, size, new ArrayList<SqlConnectOptions>(options(name, statementTimeout)), base);
    }

    private Pool build(String name, int size, List<SqlConnectOptions> servers, PoolOptions base) {
        PoolOptions options = new PoolOptions(base)
                .setName("evenkeel-" + name)
                .setMaxSize(size)
                .setConnectionTimeout(10)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS);
        return PgBuilder.pool()
                .with(options)
                .connectingTo(servers)
                .using(configured().vertx())
                .build();
    }

    private List<PgConnectOptions> options(String name, Duration statementTimeout) {
        return configured().options().stream()
                .map(base -> {
                    PgConnectOptions copy = new PgConnectOptions(base);
                    copy.setMetricsName("postgresql|evenkeel-" + name);
                    copy.setPreparedStatementCacheSqlLimit(CACHED_STATEMENT_LENGTH);
                    copy.addProperty("application_name", "evenkeel-" + name);
                    // Compiling a plan takes longer than any statement here runs.
                    copy.addProperty("jit", "off");
                    copy.addProperty("statement_timeout", String.valueOf(statementTimeout.toMillis()));
                    copy.addProperty(
                            "lock_timeout", String.valueOf(config.lockTimeout().toMillis()));
                    copy.addProperty(
                            "idle_in_transaction_session_timeout",
                            String.valueOf(config.idleInTransactionTimeout().toMillis()));
                    return copy;
                })
                .toList();
    }

    private Sources configured() {
        return Objects.requireNonNull(sources, "the entity pool is created first");
    }

    private synchronized Pool remember(Pool pool) {
        own.add(pool);
        return pool;
    }

    synchronized void close(@Observes @Priority(Integer.MAX_VALUE - 100) ShutdownEvent event) {
        own.forEach(Pool::close);
        own.clear();
    }
}
