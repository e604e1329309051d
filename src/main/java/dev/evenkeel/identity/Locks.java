package dev.evenkeel.identity;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/** Locks that last as long as a transaction, for rules that no index can keep. */
public enum Locks {
    /** Who is an administrator: there is a first one, and always one left. */
    ADMINISTRATORS(7_303_001L),
    /** The keys that sign sessions: replicas that start together make one. */
    SIGNING_KEYS(7_303_002L);

    private final long key;

    Locks(long key) {
        this.key = key;
    }

    /** Waits for the lock. */
    public Uni<Void> take(SqlConnection tx) {
        return tx.preparedQuery("select pg_advisory_xact_lock($1)")
                .execute(Tuple.of(key))
                .replaceWithVoid();
    }
}
