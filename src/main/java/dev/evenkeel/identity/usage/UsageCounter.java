package dev.evenkeel.identity.usage;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Counts requests in memory and adds them to the database every few seconds, all in one statement. */
@ApplicationScoped
public class UsageCounter {
    private static final Logger LOG = Logger.getLogger(UsageCounter.class);
    private static final Duration LAST_FLUSH = Duration.ofSeconds(5);

    /** Rows are locked in one order, so that replicas that write at the same time do not wait for each other in a circle. */
    private static final String ADD = """
            insert into usage_count (user_id, month, source, requests)
            select c.user_id, c.month, c.source, c.requests
            from unnest($1::uuid[], $2::date[], $3::text[], $4::bigint[]) as c (user_id, month, source, requests)
            join app_user u on u.id = c.user_id
            order by c.user_id, c.month, c.source
            on conflict (user_id, month, source) do update set requests = usage_count.requests + excluded.requests
            """;

    private final Vertx vertx;
    private final Database database;
    private final long intervalMs;
    private final Map<Key, Long> counts = new ConcurrentHashMap<>();
    private long timer = -1;

    UsageCounter(Vertx vertx, Database database, IdentityConfig config) {
        this.vertx = vertx;
        this.database = database;
        this.intervalMs = config.usage().flushInterval().toMillis();
    }

    private record Key(UUID user, LocalDate month, UsageSource source) {}

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(
                intervalMs,
                id -> flush().subscribe()
                        .with(
                                done -> LOG.trace("Requests were counted"),
                                failure -> LOG.debug("They will be later", failure)));
    }

    /** Runs on the thread that stops the service, before the pools are closed. */
    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        try {
            flush().await().atMost(LAST_FLUSH);
        } catch (RuntimeException e) {
            LOG.warn("The last requests were not counted", e);
        }
    }

    /** One request more. */
    void add(UUID user, UsageSource source) {
        counts.merge(new Key(user, LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1), source), 1L, Long::sum);
    }

    private Uni<Void> flush() {
        Map<Key, Long> taken = take();
        if (taken.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<Key> keys = new ArrayList<>(taken.keySet());
        Tuple rows = Tuple.of(
                keys.stream().map(Key::user).toArray(UUID[]::new),
                keys.stream().map(Key::month).toArray(LocalDate[]::new),
                keys.stream().map(key -> key.source.label()).toArray(String[]::new),
                keys.stream().map(taken::get).toArray(Long[]::new));
        return database.writeSql(tx -> tx.preparedQuery(ADD).execute(rows))
                .onFailure()
                .invoke(() -> taken.forEach((key, count) -> counts.merge(key, count, Long::sum)))
                .replaceWithVoid();
    }

    private Map<Key, Long> take() {
        Map<Key, Long> taken = new ConcurrentHashMap<>();
        for (Key key : counts.keySet()) {
            Long count = counts.remove(key);
            if (count != null) {
                taken.put(key, count);
            }
        }
        return taken;
    }
}
