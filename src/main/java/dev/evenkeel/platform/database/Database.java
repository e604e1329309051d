package dev.evenkeel.platform.database;

import dev.evenkeel.platform.http.DatabaseFailures;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The door to the database: every session and every connection is opened here, in a lane.
 *
 * <p>A request passes once: these calls must not be nested. Work that has begun runs to its end even when the client
 * disconnects; the server-side statement timeout of its lane bounds it.
 */
@ApplicationScoped
public class Database {
    private static final String STATEMENT_TIMEOUT = "select set_config('statement_timeout', $1, true)";

    private static final int REPETITIONS = 3;

    private final Vertx vertx;
    private final Pools pools;
    private final Pool entityPool;
    private final Pool bulkPool;
    private final Pool authenticationPool;
    private final AdmissionGate reads;
    private final AdmissionGate writes;
    private final AdmissionGate authentications;
    private final String writeTimeoutMs;
    private final Timer readTimer;
    private final Timer writeTimer;
    private final Timer bulkTimer;
    private final Timer authenticationTimer;
    private final int bulkConnections;

    Database(Pool entityPool, Pools pools, DatabaseConfig config, Vertx vertx, MeterRegistry metrics) {
        this.vertx = vertx;
        this.pools = pools;
        this.entityPool = entityPool;
        // Touching the entity pool first makes Quarkus hand its connection options to Pools.
        entityPool.size();
        this.bulkPool = Pool.newInstance(pools.bulk());
        this.bulkConnections = pools.bulkConnections();
        this.authenticationPool = Pool.newInstance(pools.authentication());
        var read = config.read();
        var write = config.write();
        this.reads = new AdmissionGate(Lane.READ, read.permits(), read.queue(), read.maxWait(), vertx);
        this.writes = new AdmissionGate(Lane.WRITE, write.permits(), write.queue(), write.maxWait(), vertx);
        var authentication = config.authentication();
        this.authentications = new AdmissionGate(
                Lane.AUTHENTICATION,
                authentication.connections(),
                authentication.queue(),
                authentication.maxWait(),
                vertx);
        this.writeTimeoutMs = String.valueOf(write.statementTimeout().toMillis());
        this.readTimer = LaneMetrics.timer(metrics, Lane.READ);
        this.writeTimer = LaneMetrics.timer(metrics, Lane.WRITE);
        this.bulkTimer = LaneMetrics.timer(metrics, Lane.BULK);
        this.authenticationTimer = LaneMetrics.timer(metrics, Lane.AUTHENTICATION);
        LaneMetrics.gauges(metrics, Lane.AUTHENTICATION, authentications);
        LaneMetrics.gauges(metrics, Lane.READ, reads);
        LaneMetrics.gauges(metrics, Lane.WRITE, writes);
    }

    /** Runs entity queries in a Hibernate Reactive session of the read lane. */
    public <T> Uni<T> read(Supplier<Uni<T>> work) {
        return timed(readTimer, reads.admit(() -> Panache.withSession(work)));
    }

    /** Runs entity work in one Hibernate Reactive transaction of the write lane. */
    public <T> Uni<T> write(Supplier<Uni<T>> work) {
        return timed(
                writeTimer,
                writes.admit(() -> Panache.withTransaction(() -> Panache.getSession()
                        .chain(session -> session.createNativeQuery(
                                        "select set_config('statement_timeout', ?1, true)", String.class)
                                .setParameter(1, writeTimeoutMs)
                                .getSingleResult())
                        .chain(ignored -> work.get()))));
    }

    /** Runs plain SQL in the read lane, without a transaction. */
    public <T> Uni<T> readSql(Function<SqlConnection, Uni<T>> work) {
        return timed(readTimer, reads.admit(() -> entityPool.withConnection(work)));
    }

    /** Runs plain SQL in one transaction of the write lane; again from its beginning when a deadlock ended it. */
    public <T> Uni<T> writeSql(Function<SqlConnection, Uni<T>> work) {
        return timed(
                writeTimer,
                writes.admit(() -> entityPool.withTransaction(connection -> connection
                                .preparedQuery(STATEMENT_TIMEOUT)
                                .execute(Tuple.of(writeTimeoutMs))
                                .chain(ignored -> work.apply(connection))))
                        .onFailure(DatabaseFailures::isRepeatable)
                        .retry()
                        .atMost(REPETITIONS));
    }

    /**
     * Runs one statement of plain SQL in the write lane, which is a transaction by itself; again when a deadlock ended it. The
     * server ends it after the statement timeout of the read lane, which is that of the connection.
     */
    public <T> Uni<T> writeStatement(Function<SqlConnection, Uni<T>> work) {
        return timed(
                writeTimer,
                writes.admit(() -> entityPool.withConnection(work))
                        .onFailure(DatabaseFailures::isRepeatable)
                        .retry()
                        .atMost(REPETITIONS));
    }

    /** Runs plain SQL of a job in one transaction on the bulk pool; waits while all its connections are busy. */
    public <T> Uni<T> bulkSql(Function<SqlConnection, Uni<T>> work) {
        return timed(bulkTimer, detached(() -> bulkPool.withTransaction(work)));
    }

    /** Runs one statement of a job, which is a transaction by itself, on the bulk pool; waits while all its connections are busy. */
    public <T> Uni<T> bulkStatement(Function<SqlConnection, Uni<T>> work) {
        return timed(bulkTimer, detached(() -> bulkPool.withConnection(work)));
    }

    /**
     * Runs statements of a job that belong in no transaction and may take long, on a connection of its own without limits of
     * time. The connection is closed at the end, and when the work is cancelled: the server then ends the statement within
     * seconds.
     */
    public <T> Uni<T> maintenanceSql(Function<SqlConnection, Uni<T>> work) {
        return PgConnection.connect(io.vertx.mutiny.core.Vertx.newInstance(vertx), pools.dedicated("maintenance"))
                .chain(connection -> connection
                        .query("select set_config('lock_timeout', '0', false),"
                                + " set_config('client_connection_check_interval', '2s', false)")
                        .execute()
                        .chain(ignored -> work.apply(connection))
                        .onTermination()
                        .call(connection::close));
    }

    /** Reads what authentication needs on connections of its own, without a transaction. */
    public <T> Uni<T> authenticationSql(Function<SqlConnection, Uni<T>> work) {
        return timed(authenticationTimer, authentications.admit(() -> authenticationPool.withConnection(work)));
    }

    /**
     * Looks credentials up on connections of their own, for all who ask at the same time at once.
     *
     * @param query finds the values of some keys; without a transaction
     */
    public <K, V> BatchedLookup<K, V> authenticationLookup(BiFunction<SqlConnection, Set<K>, Uni<Map<K, V>>> query) {
        return new BatchedLookup<>(
                authentications,
                keys -> timed(
                        authenticationTimer,
                        authenticationPool.withConnection(connection -> query.apply(connection, keys))));
    }

    /** What the lanes are doing right now. */
    public List<LaneStatus> lanes() {
        return List.of(
                LaneStatus.of(Lane.READ, reads, entityPool.size()),
                LaneStatus.of(Lane.WRITE, writes, entityPool.size()),
                new LaneStatus(Lane.BULK.label(), bulkConnections, 0, bulkPool.size(), 0, 0, 0),
                LaneStatus.of(Lane.AUTHENTICATION, authentications, authenticationPool.size()));
    }

    /** Cuts the cancellation of the subscriber off, so that a transaction always gives its connection back. */
    private static <T> Uni<T> detached(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> work.get().subscribe().with(emitter::complete, emitter::fail));
    }

    private static <T> Uni<T> timed(Timer timer, Uni<T> work) {
        return Uni.createFrom().deferred(() -> {
            Timer.Sample sample = Timer.start();
            return work.onTermination().invoke(() -> sample.stop(timer));
        });
    }
}
