package dev.evenkeel.platform.database;

import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Locks for work of many transactions that no two replicas may do at the same time. Each is held on a connection of its own, with which
 * the database gives it back, however the process ends; so it is for work that is seldom and of which a replica does little at once.
 */
@ApplicationScoped
public class SessionLocks {
    private static final int KEEP_ALIVE_IDLE_S = 30;

    /** Distinguishes these locks from other hashes of the same keys. */
    private static final long SEED = 0x53657373L;

    private final Vertx vertx;
    private final PgConnectOptions options;

    SessionLocks(Vertx vertx, Pool entityPool, Pools pools) {
        // Touching the entity pool first makes Quarkus hand its connection options to Pools.
        entityPool.size();
        this.vertx = vertx;
        this.options = pools.dedicated("lock");
        this.options.setTcpKeepAlive(true).setTcpKeepAliveIdleSeconds(KEEP_ALIVE_IDLE_S);
    }

    /**
     * Does work under a lock. To be subscribed to by somebody who does not cancel.
     *
     * @param key what is locked, as text
     * @param held what the caller is told when somebody holds the lock already
     * @return what the work returns; fails with 409 when the lock is held
     */
    public <T> Uni<T> holding(String key, String held, Uni<T> work) {
        return PgConnection.connect(vertx, options)
                .chain(connection -> connection
                        .preparedQuery("select pg_try_advisory_lock(hashtextextended($1, $2))")
                        .execute(Tuple.of(key, SEED))
                        .chain(rows -> rows.iterator().next().getBoolean(0)
                                ? work.eventually(() -> unlock(connection, key))
                                : Uni.createFrom().<T>failure(ProblemException.conflict(held)))
                        .eventually(connection::close));
    }

    /** The server gives the lock back at the end of the connection too, but some time after it is closed here. */
    private static Uni<Void> unlock(PgConnection connection, String key) {
        return connection
                .preparedQuery("select pg_advisory_unlock(hashtextextended($1, $2))")
                .execute(Tuple.of(key, SEED))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }
}
