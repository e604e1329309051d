package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What can be done with namespaces, and with the history of their entries. */
@ApplicationScoped
public class NamespaceService {
    private final Database database;
    private final NamespaceRepository namespaces;
    private final Sweeper sweeper;
    private final Quotas quotas;
    private final History history;
    private final ReadCounts counts;
    private final EntryIndex index;
    private final MemoryConfig config;

    NamespaceService(
            Database database,
            NamespaceRepository namespaces,
            Sweeper sweeper,
            Quotas quotas,
            History history,
            ReadCounts counts,
            EntryIndex index,
            MemoryConfig config) {
        this.database = database;
        this.namespaces = namespaces;
        this.sweeper = sweeper;
        this.quotas = quotas;
        this.history = history;
        this.counts = counts;
        this.index = index;
        this.config = config;
    }

    /**
     * The caller's namespaces by name.
     *
     * @param depth only names of at most so many segments
     */
    public Uni<Page<NamespaceView>> list(Caller caller, String prefix, int depth, int limit, @Nullable String cursor) {
        UUID owner = Owner.reading(caller);
        Names.prefix(prefix);
        String after = cursor == null ? null : Cursor.decode(cursor, 1).get(0);
        return database.readSql(connection -> namespaces.list(connection, owner, prefix, depth, after, limit))
                .map(found -> {
                    List<NamespaceView> items = found.size() > limit ? found.subList(0, limit) : found;
                    return new Page<>(
                            items,
                            found.size() > limit
                                    ? Cursor.encode(items.get(limit - 1).name())
                                    : null);
                });
    }

    public Uni<NamespaceView> get(Caller caller, String name) {
        UUID owner = Owner.reading(caller);
        return database.readSql(connection -> namespaces.view(connection, owner, Names.namespace(name)));
    }

    /** A namespace that was given settings; created says whether it is new. */
    public record Settled(boolean created, NamespaceView view) {}

    /** Creates a namespace, or replaces its settings. */
    public Uni<Settled> put(Caller caller, String name, NamespaceSettings settings, @Nullable String ifMatch) {
        UUID owner = Owner.writing(caller);
        Names.namespace(name);
        settings.check();
        return database.writeSql(tx -> namespaces
                .lock(tx, owner, name)
                .chain(before -> namespaces
                        .put(tx, owner, name, settings, ifMatch, config.maxNamespaces())
                        .call(created -> namespaces.require(tx, owner, name).chain(after -> adapt(tx, before, after)))
                        .chain(created -> namespaces.view(tx, owner, name).map(view -> new Settled(created, view)))));
    }

    private Uni<Void> adapt(SqlConnection tx, @Nullable Namespace before, Namespace after) {
        boolean lru = before != null && before.eviction() == Eviction.lru;
        boolean recorded = before != null && before.history();
        return (lru == (after.eviction() == Eviction.lru)
                        ? Uni.createFrom().voidItem()
                        : namespaces.markEvictable(tx, after))
                .chain(() -> after.history() && !recorded
                        ? history.begin(tx, after)
                        : Uni.createFrom().voidItem());
    }

    /** Deletes a namespace with all it holds; nothing of it is found from then on. */
    public Uni<Void> delete(Caller caller, String name, @Nullable String ifMatch) {
        UUID owner = Owner.writing(caller);
        return database.writeSql(tx -> namespaces.markDeleted(tx, owner, Names.namespace(name), ifMatch));
    }

    public Uni<NamespaceStatistics> statistics(Caller caller, String name) {
        UUID owner = Owner.reading(caller);
        Names.namespace(name);
        return counts.flush()
                .onFailure()
                .recoverWithNull()
                .chain(() -> database.readSql(connection -> namespaces.statistics(connection, owner, name)));
    }

    /** Removes what has expired and what exceeds the quotas of a namespace that evicts. */
    public Uni<Batches.Garbage> collectGarbage(Caller caller, String name) {
        UUID owner = Owner.writing(caller);
        long begin = System.nanoTime();
        return database.writeSql(tx -> namespaces
                .require(tx, owner, Names.namespace(name))
                .chain(namespace -> {
                    short slot = EntryRepository.slot();
                    return sweeper.sweep(tx, namespace, slot)
                            .chain(expired -> quotas.evictExcess(tx, namespace, slot)
                                    .call(evicted -> index.remove(
                                            tx, expired.and(evicted).chunkNos()))
                                    .map(evicted -> new Batches.Garbage(
                                            expired.entries(),
                                            evicted.entries(),
                                            (long) expired.entries() + evicted.entries(),
                                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))));
                }));
    }

    /** What an entry was at a time. */
    public Uni<ChangeView> asOf(Caller caller, String name, String key, Instant time) {
        UUID owner = Owner.reading(caller);
        Names.key("key", key);
        return database.readSql(connection -> recorded(connection, owner, name)
                .chain(namespace -> history.asOf(connection, namespace.no(), key, time))
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("entry")));
    }

    /** The changes of one entry, newest first. */
    public Uni<Page<ChangeView>> versions(Caller caller, String name, String key, int limit, @Nullable String cursor) {
        UUID owner = Owner.reading(caller);
        Names.key("key", key);
        long before = cursor == null
                ? Long.MAX_VALUE
                : changeNo(Cursor.decode(cursor, 1).get(0));
        return database.readSql(connection -> recorded(connection, owner, name)
                .chain(namespace -> history.versions(
                        connection,
                        namespace.no(),
                        key,
                        before,
                        limit + 1,
                        config.maxBatchSize().asLongValue()))
                .map(found -> page(found, limit)));
    }

    /** The changes of a namespace after a number, in the order of their commit. */
    public Uni<Batches.Changes> changes(Caller caller, String name, long after, int limit) {
        return changes(caller, name, after, limit, config.maxBatchSize().asLongValue());
    }

    /** The same, with an answer of at most so many bytes, or one change. */
    Uni<Batches.Changes> changes(Caller caller, String name, long after, int limit, long maxBytes) {
        UUID owner = Owner.reading(caller);
        return database.readSql(connection -> recorded(connection, owner, name)
                .chain(namespace -> history.position(connection, namespace.no())
                        .chain(position -> history.after(
                                        connection, namespace.no(), position.from(after), limit, maxBytes)
                                .map(found -> feed(found, position, after)))));
    }

    private static Batches.Changes feed(List<ChangeView> found, History.Position position, long after) {
        List<ChangeView> items = whole(found);
        return new Batches.Changes(
                items,
                items.isEmpty()
                        ? position.behind(after)
                        : items.get(items.size() - 1).changeNo(),
                position.hasForgotten(after));
    }

    private static Page<ChangeView> page(List<ChangeView> found, int limit) {
        List<ChangeView> whole = whole(found);
        List<ChangeView> items = whole.size() > limit ? whole.subList(0, limit) : whole;
        return new Page<>(
                items,
                items.size() < found.size()
                        ? Cursor.encode(
                                String.valueOf(items.get(items.size() - 1).changeNo()))
                        : null);
    }

    /** Changes up to the first put that has lost its value to the limit of the answer's size; always one. */
    private static List<ChangeView> whole(List<ChangeView> found) {
        int end = 0;
        while (end < found.size()
                && (end == 0
                        || found.get(end).value() != null
                        || !found.get(end).operation().equals("put"))) {
            end++;
        }
        return found.subList(0, end);
    }

    /** The number of the last change of a namespace that keeps a history. */
    Uni<Long> lastChange(Caller caller, String name) {
        UUID owner = Owner.reading(caller);
        return database.readSql(connection -> recorded(connection, owner, name)
                .chain(namespace -> history.position(connection, namespace.no()))
                .map(History.Position::last));
    }

    private Uni<Namespace> recorded(SqlConnection connection, UUID owner, String name) {
        return namespaces.require(connection, owner, Names.namespace(name)).invoke(namespace -> {
            if (!namespace.history()) {
                throw ProblemException.conflict("Namespace \"" + name + "\" keeps no history.");
            }
        });
    }

    private static long changeNo(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notOurs) {
            throw Cursor.invalid();
        }
    }
}
