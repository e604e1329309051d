package dev.evenkeel.identity.token;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Writes down when tokens were last used: collected, in one statement, and not while their requests wait. */
@ApplicationScoped
class LastUse {
    private static final Logger LOG = Logger.getLogger(LastUse.class);
    private static final long INTERVAL_MS = 5_000;
    private static final int MAX_WAITING = 10_000;

    private final Vertx vertx;
    private final Database database;
    private final Set<UUID> used = ConcurrentHashMap.newKeySet();
    private long timer = -1;

    LastUse(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(INTERVAL_MS, id -> flush());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** Notes a use of a token that has not been noted for a minute. */
    void note(UUID token) {
        if (used.size() < MAX_WAITING) {
            used.add(token);
        }
    }

    private void flush() {
        UUID[] tokens = used.toArray(UUID[]::new);
        if (tokens.length == 0) {
            return;
        }
        used.removeAll(Set.of(tokens));
        database.writeSql(tx -> tx.preparedQuery("""
                                update access_token set last_used_at = now()
                                where id = any(array(select id from access_token where id = any($1)
                                    and (last_used_at is null or last_used_at < now() - interval '1 minute')
                                    order by id for update skip locked))""").execute(Tuple.of(tokens)))
                .subscribe()
                .with(
                        rows -> LOG.debugf("Noted the use of %d tokens", rows.rowCount()),
                        failure -> LOG.debug("The use of tokens was not noted", failure));
    }
}
