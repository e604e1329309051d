package dev.evenkeel.memory;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what was read, collected and not while readers wait: hits and misses of namespaces, and when an entry was last
 * read, to the minute. What a crash takes is a second of statistics.
 */
@ApplicationScoped
class ReadCounts {
    private static final Logger LOG = Logger.getLogger(ReadCounts.class);
    private static final long INTERVAL_MS = 1_000;
    private static final int MAX_ENTRIES = 20_000;
    private static final Duration PRECISION = Duration.ofMinutes(1);

    private static final String COUNT = """
            insert into memory_usage as u (namespace_no, hits, misses)
            select no, hits, misses from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as given(no, hits, misses)
            where exists (select from memory_namespace n where n.namespace_no = no) order by no
            on conflict (namespace_no) do update set hits = u.hits + excluded.hits, misses = u.misses + excluded.misses""";

    private static final String NOTE_ACCESS = """
            with read as materialized (
                select e.namespace_no, e.key from memory_entry e
                join unnest($1::bigint[], $2::text[]) as given(no, key) on e.namespace_no = no and e.key = given.key
                where e.accessed_at < now() - interval '1 minute' order by 1, 2 for update of e skip locked)
            update memory_entry e set accessed_at = now() from read r where e.namespace_no = r.namespace_no and e.key = r.key""";

    private final Vertx vertx;
    private final Database database;
    private Map<Long, Reads> reads = new HashMap<>();
    private Set<EntryName> accessed = new HashSet<>();
    private @Nullable Uni<Void> writing;
    private long timer = -1;

    private static final class Reads {
        private long hits;
        private long misses;
    }

    private record EntryName(long namespaceNo, String key) {}

    ReadCounts(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(
                INTERVAL_MS,
                id -> flush().subscribe().with(done -> {}, failure -> LOG.debug("Reads were not counted", failure)));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    synchronized void miss(long namespaceNo, long misses) {
        if (misses > 0) {
            reads.computeIfAbsent(namespaceNo, no -> new Reads()).misses += misses;
        }
    }

    synchronized void hit(long namespaceNo, EntryView entry) {
        reads.computeIfAbsent(namespaceNo, no -> new Reads()).hits++;
        if (entry.accessedAt().isBefore(Instant.now().minus(PRECISION)) && accessed.size() < MAX_ENTRIES) {
            accessed.add(new EntryName(namespaceNo, entry.key()));
        }
    }

    /** Writes down what was read here so far; what is being written already is waited for. */
    Uni<Void> flush() {
        Uni<Void> written = Uni.createFrom().deferred(() -> {
            Uni<Void> before = underWay();
            return before == null ? write() : before.onItemOrFailure().transformToUni((done, failure) -> write());
        });
        Context context = Vertx.currentContext();
        return context == null ? written : written.emitOn(task -> context.runOnContext(ignored -> task.run()));
    }

    private synchronized @Nullable Uni<Void> underWay() {
        return writing;
    }

    /** One writing serves all who wait for it. */
    private synchronized Uni<Void> write() {
        if (writing == null) {
            writing = take().onTermination().invoke(this::written).memoize().indefinitely();
        }
        return writing;
    }

    private synchronized void written() {
        writing = null;
    }

    private Uni<Void> take() {
        if (reads.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Map<Long, Reads> counts = reads;
        List<EntryName> names = new ArrayList<>(accessed);
        reads = new HashMap<>();
        accessed = new HashSet<>();
        Long[] namespaces = counts.keySet().toArray(Long[]::new);
        Long[] hits = counts.values().stream().map(count -> count.hits).toArray(Long[]::new);
        Long[] misses = counts.values().stream().map(count -> count.misses).toArray(Long[]::new);
        return write(namespaces, hits, misses, names).onFailure().invoke(failure -> keep(counts));
    }

    /** What could not be written is counted the next time. */
    private synchronized void keep(Map<Long, Reads> counts) {
        counts.forEach((namespaceNo, unwritten) -> {
            Reads now = reads.computeIfAbsent(namespaceNo, no -> new Reads());
            now.hits += unwritten.hits;
            now.misses += unwritten.misses;
        });
    }

    private Uni<Void> write(Long[] namespaces, Long[] hits, Long[] misses, List<EntryName> names) {
        return database.writeSql(tx -> tx.preparedQuery(COUNT)
                .execute(Tuple.of(namespaces, hits, misses))
                .chain(() -> names.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : tx.preparedQuery(NOTE_ACCESS)
                                .execute(Tuple.of(
                                        names.stream()
                                                .map(EntryName::namespaceNo)
                                                .toArray(Long[]::new),
                                        names.stream().map(EntryName::key).toArray(String[]::new)))
                                .replaceWithVoid()));
    }
}
