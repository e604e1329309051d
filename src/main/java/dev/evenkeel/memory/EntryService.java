package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be done with entries, one or many. */
@ApplicationScoped
public class EntryService {
    private static final int CLEARED_AT_ONCE = 5_000;
    /** A request of more items is checked on a worker. */
    private static final int CHECKED_INLINE = 1_000;

    private final Database database;
    private final NamespaceRepository namespaces;
    private final EntryRepository entries;
    private final EntryTransaction transaction;
    private final WriteRules rules;
    private final ReadCounts counts;
    private final MemoryConfig config;
    private final Offload offload;

    EntryService(
            Database database,
            NamespaceRepository namespaces,
            EntryRepository entries,
            EntryTransaction transaction,
            WriteRules rules,
            ReadCounts counts,
            MemoryConfig config,
            Offload offload) {
        this.database = database;
        this.namespaces = namespaces;
        this.entries = entries;
        this.transaction = transaction;
        this.rules = rules;
        this.counts = counts;
        this.config = config;
        this.offload = offload;
    }

    /** Which keys a list shows. */
    public record Selection(String prefix, @Nullable String glob, boolean values) {}

    /** Stores an entry; the namespace is created when there is none. */
    Uni<WrittenEntry> put(Caller caller, String namespace, NewEntry entry, Expectation expectation) {
        UUID owner = Owner.writing(caller);
        EntryWrite write = rules.write(entry);
        Names.namespace(namespace);
        if (expectation.isNone()) {
            return store(owner, namespace, List.of(write)).map(written -> written.get(0));
        }
        return database.writeSql(tx -> apply(tx, owner, namespace, List.of(EntryOperation.put(write, expectation))))
                .map(results -> written(results.get(0)));
    }

    /** Stores an entry, under a new key when it has none; the namespace is created when there is none. */
    public Uni<WrittenEntry> create(Caller caller, String namespace, RichEntry entry) {
        String key = entry.key() == null ? UuidV7.next().toString() : entry.key();
        return put(caller, namespace, entry.withKey(key), Expectation.NONE);
    }

    /** Stores entries together. */
    public Uni<Batches.Stored> storeAll(Caller caller, String namespace, List<NewEntry> items) {
        UUID owner = Owner.writing(caller);
        Names.namespace(namespace);
        return checked(items.size(), () -> rules.writes(items))
                .chain(writes -> store(owner, namespace, writes))
                .map(Batches.Stored::new);
    }

    /** The same in the caller's transaction. */
    Uni<Batches.Stored> storeAll(SqlConnection tx, Caller caller, String namespace, List<NewEntry> items) {
        UUID owner = Owner.writing(caller);
        List<EntryWrite> writes = rules.writes(items);
        Names.namespace(namespace);
        return (searchable(writes)
                        ? Uni.createFrom().item(List.<WrittenEntry>of())
                        : entries.put(tx, owner, namespace, writes))
                .chain(written -> written.isEmpty()
                        ? putAll(tx, owner, namespace, writes)
                        : Uni.createFrom().item(ordered(writes, written)))
                .map(Batches.Stored::new);
    }

    /** Checks a request that may be long: on a worker when it is. */
    private <T> Uni<T> checked(int items, Callable<T> check) {
        return items <= CHECKED_INLINE
                ? Uni.createFrom().item(Unchecked.supplier(check::call))
                : offload.interactive(check);
    }

    private Uni<List<WrittenEntry>> store(UUID owner, String namespace, List<EntryWrite> writes) {
        if (writes.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        if (searchable(writes)) {
            return database.writeSql(tx -> putAll(tx, owner, namespace, writes));
        }
        return database.writeStatement(connection -> entries.put(connection, owner, namespace, writes))
                .chain(written -> written.isEmpty()
                        ? database.writeSql(tx -> putAll(tx, owner, namespace, writes))
                        : Uni.createFrom().item(ordered(writes, written)));
    }

    private static boolean searchable(List<EntryWrite> writes) {
        return writes.stream().anyMatch(write -> write.search() != null);
    }

    private Uni<List<WrittenEntry>> putAll(SqlConnection tx, UUID owner, String namespace, List<EntryWrite> writes) {
        return apply(
                        tx,
                        owner,
                        namespace,
                        writes.stream()
                                .map(write -> EntryOperation.put(write, Expectation.NONE))
                                .toList())
                .map(results -> results.stream().map(EntryService::written).toList());
    }

    /** Does all steps of a transaction, or none. */
    public Uni<Batches.Done> transact(Caller caller, String namespace, List<NewOperation> steps) {
        UUID owner = Owner.writing(caller);
        Names.namespace(namespace);
        return checked(steps.size(), () -> rules.operations(steps))
                .chain(operations -> database.writeSql(tx -> apply(tx, owner, namespace, operations)))
                .map(Batches.Done::new);
    }

    /** The same in the caller's transaction. */
    Uni<Batches.Done> transact(SqlConnection tx, Caller caller, String namespace, List<NewOperation> steps) {
        UUID owner = Owner.writing(caller);
        List<EntryOperation> operations = rules.operations(steps);
        return apply(tx, owner, Names.namespace(namespace), operations).map(Batches.Done::new);
    }

    private Uni<List<OperationResult>> apply(
            SqlConnection tx, UUID owner, String namespace, List<EntryOperation> operations) {
        if (operations.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return namespaces
                .requireOrCreate(tx, owner, namespace, config.maxNamespaces())
                .invoke(found -> WriteRules.requireFits(
                        found,
                        operations.stream()
                                .map(EntryOperation::write)
                                .filter(Objects::nonNull)
                                .toList()))
                .chain(found -> transaction.run(tx, found, operations));
    }

    /** The entry of a key; fails with 404 when there is none. */
    public Uni<EntryView> get(Caller caller, String namespace, String key) {
        UUID owner = Owner.reading(caller);
        Names.namespace(namespace);
        Names.key("key", key);
        return database.readSql(connection -> entries.get(connection, owner, namespace, key))
                .chain(found -> found != null && found.needsTouch()
                        ? database.writeStatement(
                                        connection -> entries.touch(connection, found.namespaceNo(), List.of(key)))
                                .map(touched -> read(found.namespaceNo(), touched.isEmpty() ? null : touched.get(0)))
                        : Uni.createFrom()
                                .item(() -> read(
                                        found == null ? null : found.namespaceNo(),
                                        found == null ? null : found.entry())));
    }

    /** The same without counting as a read. */
    public Uni<EntryView> peek(Caller caller, String namespace, String key) {
        UUID owner = Owner.reading(caller);
        Names.namespace(namespace);
        Names.key("key", key);
        return database.readSql(connection -> entries.get(connection, owner, namespace, key))
                .map(found -> found == null ? null : found.entry())
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("entry"));
    }

    private EntryView read(@Nullable Long namespaceNo, @Nullable EntryView entry) {
        if (entry == null) {
            if (namespaceNo != null) {
                counts.miss(namespaceNo, 1);
            }
            throw ProblemException.notFound("entry");
        }
        counts.hit(Objects.requireNonNull(namespaceNo), entry);
        return entry;
    }

    /** The entries of many keys. */
    public Uni<Batches.Loaded> loadAll(Caller caller, String namespace, List<String> wanted) {
        UUID owner = Owner.reading(caller);
        Names.namespace(namespace);
        return checked(wanted.size(), () -> rules.keys(wanted)).chain(keys -> load(owner, namespace, keys));
    }

    private Uni<Batches.Loaded> load(UUID owner, String namespace, List<String> keys) {
        if (keys.isEmpty()) {
            return Uni.createFrom().item(new Batches.Loaded(List.of(), List.of()));
        }
        long maxBytes = config.maxBatchSize().asLongValue();
        return database.readSql(connection -> entries.load(connection, owner, namespace, keys, maxBytes))
                .invoke(found -> requireValues(found, maxBytes))
                .chain(this::touched)
                .map(found -> loaded(keys, found));
    }

    private static void requireValues(List<EntryRepository.Found> found, long maxBytes) {
        for (EntryRepository.Found each : found) {
            EntryView entry = each.entry();
            if (entry != null && entry.value() == null) {
                throw ProblemException.tooLarge(
                        "The entries have more than " + maxBytes + " bytes in all; ask for fewer keys at once.");
            }
        }
    }

    /** The values are those of one moment; only the times are those after the entries were touched whose reading is a write. */
    private Uni<List<EntryRepository.Found>> touched(List<EntryRepository.Found> found) {
        List<String> keys = new ArrayList<>();
        for (EntryRepository.Found each : found) {
            EntryView entry = each.entry();
            if (each.needsTouch() && entry != null) {
                keys.add(entry.key());
            }
        }
        if (keys.isEmpty()) {
            return Uni.createFrom().item(found);
        }
        long namespaceNo = found.get(0).namespaceNo();
        return database.writeStatement(connection -> entries.touch(connection, namespaceNo, keys))
                .map(touched -> {
                    Map<String, EntryView> renewed = new HashMap<>();
                    touched.forEach(entry -> renewed.put(entry.key(), entry));
                    List<EntryRepository.Found> result = new ArrayList<>(found.size());
                    for (EntryRepository.Found each : found) {
                        EntryView entry = each.entry();
                        EntryView now = entry == null ? null : renewed.get(entry.key());
                        result.add(
                                entry == null || now == null
                                        ? each
                                        : new EntryRepository.Found(
                                                namespaceNo, each.evictable(), entry.accessed(now)));
                    }
                    return result;
                });
    }

    private Batches.Loaded loaded(List<String> keys, List<EntryRepository.Found> found) {
        Map<String, EntryView> byKey = new HashMap<>();
        for (EntryRepository.Found each : found) {
            EntryView entry = each.entry();
            if (entry != null) {
                counts.hit(each.namespaceNo(), entry);
                byKey.put(entry.key(), entry);
            }
        }
        if (!found.isEmpty()) {
            counts.miss(found.get(0).namespaceNo(), keys.size() - byKey.size());
        }
        return new Batches.Loaded(
                keys.stream().filter(byKey::containsKey).map(byKey::get).toList(),
                keys.stream().filter(key -> !byKey.containsKey(key)).toList());
    }

    /** Entries by key. */
    public Uni<Page<EntryView>> list(
            Caller caller, String namespace, Selection selection, int limit, @Nullable String cursor) {
        UUID owner = Owner.reading(caller);
        Names.namespace(namespace);
        String glob = selection.glob();
        String regex = glob == null ? null : Globs.regex(glob);
        String literal = glob == null ? "" : Globs.prefix(glob);
        String prefix = Names.prefix(selection.prefix());
        if (!literal.startsWith(prefix) && !prefix.startsWith(literal)) {
            return Uni.createFrom().item(new Page<>(List.of(), null));
        }
        String after = cursor == null ? null : Cursor.decode(cursor, 1).get(0);
        long maxBytes = selection.values() ? config.maxBatchSize().asLongValue() : 0;
        return database.readSql(connection -> entries.list(
                        connection,
                        owner,
                        namespace,
                        prefix.length() > literal.length() ? prefix : literal,
                        regex,
                        after,
                        limit,
                        maxBytes))
                .map(found -> page(found, limit, selection.values()));
    }

    private static Page<EntryView> page(List<EntryRepository.Found> found, int limit, boolean values) {
        List<EntryView> items = new ArrayList<>(found.size());
        for (EntryRepository.Found each : found) {
            EntryView entry = each.entry();
            if (entry != null) {
                boolean beyond = items.size() == limit || values && entry.value() == null;
                if (beyond) {
                    return new Page<>(
                            items, Cursor.encode(items.get(items.size() - 1).key()));
                }
                items.add(entry);
            }
        }
        return new Page<>(items, null);
    }

    /** Deletes an entry; fails with 404 when there is none, with 412 when it is not as expected. */
    public Uni<Void> delete(Caller caller, String namespace, String key, @Nullable String ifMatch) {
        UUID owner = Owner.writing(caller);
        Names.key("key", key);
        Expectation expectation = Expectation.of(ifMatch, null);
        Uni<Boolean> deleted = expectation.isNone()
                ? remove(owner, Names.namespace(namespace), List.of(key)).map(gone -> gone.contains(key))
                : database.writeSql(tx -> namespaces
                        .require(tx, owner, Names.namespace(namespace))
                        .chain(found -> transaction.run(tx, found, List.of(EntryOperation.delete(key, expectation))))
                        .map(results -> Boolean.TRUE.equals(results.get(0).deleted())));
        return deleted.invoke(gone -> {
                    if (!gone) {
                        throw ProblemException.notFound("entry");
                    }
                })
                .replaceWithVoid();
    }

    /** Deletes many entries together. */
    public Uni<Batches.Deleted> deleteAll(Caller caller, String namespace, List<String> wanted) {
        UUID owner = Owner.writing(caller);
        Names.namespace(namespace);
        return checked(wanted.size(), () -> rules.keys(wanted))
                .chain(keys -> remove(owner, namespace, keys)
                        .map(gone -> new Batches.Deleted(
                                gone.size(),
                                keys.stream().filter(key -> !gone.contains(key)).toList())));
    }

    private Uni<Set<String>> remove(UUID owner, String namespace, List<String> keys) {
        if (keys.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return database.writeStatement(connection -> entries.delete(connection, owner, namespace, keys))
                .chain(gone -> gone == null
                        ? database.writeSql(tx -> deleteOneByOne(tx, owner, namespace, keys))
                        : Uni.createFrom().item(gone));
    }

    /** The keys that had an entry; none in a namespace that does not exist. */
    private Uni<Set<String>> deleteOneByOne(SqlConnection tx, UUID owner, String namespace, List<String> keys) {
        List<EntryOperation> operations = keys.stream()
                .map(key -> EntryOperation.delete(key, Expectation.NONE))
                .toList();
        return namespaces
                .find(tx, owner, namespace)
                .chain(found -> found == null
                        ? Uni.createFrom().item(List.<OperationResult>of())
                        : transaction.run(tx, found, operations))
                .map(results -> results.stream()
                        .filter(result -> Boolean.TRUE.equals(result.deleted()))
                        .map(OperationResult::key)
                        .collect(Collectors.toSet()));
    }

    /**
     * Deletes all entries whose key begins with a prefix, some thousands in each transaction: readers never wait, and what is
     * left when this fails can be cleared again.
     */
    public Uni<Batches.Cleared> clear(Caller caller, String namespace, String prefix) {
        UUID owner = Owner.writing(caller);
        Names.prefix(prefix);
        return database.readSql(connection -> namespaces.require(connection, owner, Names.namespace(namespace)))
                .chain(found -> clearing(owner, namespace, prefix, 0))
                .map(Batches.Cleared::new);
    }

    private Uni<Long> clearing(UUID owner, String namespace, String prefix, long before) {
        return database.writeStatement(
                        connection -> entries.clear(connection, owner, namespace, prefix, CLEARED_AT_ONCE))
                .chain(cleared -> cleared.plain()
                        ? Uni.createFrom().item(cleared)
                        : database.writeSql(tx -> clearRecorded(tx, owner, namespace, prefix)))
                .chain(cleared -> cleared.removed() < CLEARED_AT_ONCE
                        ? Uni.createFrom().item(before + cleared.living())
                        : clearing(owner, namespace, prefix, before + cleared.living()));
    }

    /** The same in a namespace that keeps a history. */
    private Uni<EntryRepository.Cleared> clearRecorded(SqlConnection tx, UUID owner, String namespace, String prefix) {
        return entries.list(tx, owner, namespace, prefix, null, null, CLEARED_AT_ONCE - 1, 0)
                .chain(found -> {
                    List<String> keys = found.stream()
                            .map(EntryRepository.Found::entry)
                            .filter(Objects::nonNull)
                            .map(EntryView::key)
                            .toList();
                    return keys.isEmpty()
                            ? Uni.createFrom().item(new EntryRepository.Cleared(true, 0, 0))
                            : deleteOneByOne(tx, owner, namespace, keys)
                                    .map(gone -> new EntryRepository.Cleared(true, keys.size(), gone.size()));
                });
    }

    private static WrittenEntry written(OperationResult result) {
        return new WrittenEntry(
                result.key(),
                Objects.requireNonNull(result.version()),
                Boolean.TRUE.equals(result.created()),
                result.expiresAt());
    }

    private static List<WrittenEntry> ordered(List<EntryWrite> writes, List<WrittenEntry> written) {
        Map<String, WrittenEntry> byKey = new HashMap<>();
        written.forEach(entry -> byKey.put(entry.key(), entry));
        return writes.stream().map(write -> byKey.get(write.key())).toList();
    }
}
