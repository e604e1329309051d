package dev.evenkeel.memory;

import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of several keys that happen together or not at all, each on the condition that its entry is as expected. The number
 * of statements does not depend on the number of keys.
 *
 * <p>Every key is locked first, in the order of keys, those without an entry by a row that nobody sees, in one statement: so a key that must be
 * absent stays absent until the end, and no two transactions wait for each other in a circle.
 */
@ApplicationScoped
class EntryTransaction {
    private static final String LOCK = """
            insert into memory_entry (namespace_no, key, value, size_bytes, version, created_at, updated_at, accessed_at,
                expires_at)
            select $1, key, 'null', 0, 0, statement_timestamp(), statement_timestamp(), statement_timestamp(), '-infinity'
            from unnest($2::text[]) as given(key) order by key collate "C"
            on conflict (namespace_no, key) do update set version = memory_entry.version
            returning key, version, size_bytes, chunk_no, expires_at is null or expires_at > clock_timestamp() as living""";

    private static final String PUT = """
            update memory_entry e set value = g.value, size_bytes = g.size_bytes, replaced_bytes = g.replaced_bytes,
                version = nextval('memory_version'), ttl_s = g.ttl_s, sliding = g.sliding,
                used_at = case when $7 then statement_timestamp() end,
                created_at = case when g.replaced_bytes > 0 then e.created_at else statement_timestamp() end,
                updated_at = statement_timestamp(), accessed_at = statement_timestamp(),
                expires_at = statement_timestamp() + g.ttl_s * interval '1 second', chunk_no = g.chunk_no
            from unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::bigint[], $8::boolean[], $9::bigint[])
                as g(key, value, size_bytes, replaced_bytes, ttl_s, sliding, chunk_no)
            where e.namespace_no = $1 and e.key = g.key
            returning e.key, e.version, coalesce(e.replaced_bytes, -1) < 0 as created, e.expires_at""";

    private static final String DELETE = "delete from memory_entry where namespace_no = $1 and key = any($2)";

    private final History history;
    private final Quotas quotas;
    private final EntryIndex index;

    EntryTransaction(History history, Quotas quotas, EntryIndex index) {
        this.history = history;
        this.quotas = quotas;
        this.index = index;
    }

    /**
     * An entry that this transaction has locked.
     *
     * @param version null when there is none, or an expired one
     * @param sizeBytes of the row, 0 for one that was only reserved
     * @param chunkNo in the search index, if it is there
     */
    private record Locked(
            @Nullable Long version, int sizeBytes, @Nullable Long chunkNo) {
        @Nullable Integer replacedBytes() {
            return sizeBytes == 0 ? null : version == null ? Integer.valueOf(-sizeBytes) : Integer.valueOf(sizeBytes);
        }
    }

    /**
     * Does all or nothing.
     *
     * @param operations no two with the same key
     * @throws ProblemException (as failure) 412 with the keys that are not as expected, or when a quota does not allow it
     */
    Uni<List<OperationResult>> run(SqlConnection tx, Namespace namespace, List<EntryOperation> operations) {
        List<EntryWrite> writes = operations.stream()
                .map(EntryOperation::write)
                .filter(Objects::nonNull)
                .toList();
        return index.prepare(tx, namespace, writes).chain(prepared -> run(tx, namespace, operations, writes, prepared));
    }

    private Uni<List<OperationResult>> run(
            SqlConnection tx,
            Namespace namespace,
            List<EntryOperation> operations,
            List<EntryWrite> writes,
            EntryIndex.Prepared prepared) {
        String[] keys = operations.stream().map(EntryOperation::key).toArray(String[]::new);
        return lock(tx, namespace, keys).chain(locked -> {
            check(operations, locked);
            Set<String> living = new HashSet<>();
            for (EntryOperation operation : operations) {
                if (operation.kind() == EntryOperation.Kind.check
                        && of(locked, operation.key()).version() != null) {
                    living.add(operation.key());
                }
            }
            return put(tx, namespace, writes, locked, prepared)
                    .chain(written -> delete(tx, namespace, without(keys, written.keySet(), living))
                            .chain(() -> quotas.settle(tx, namespace, change(written.keySet(), writes, living, locked)))
                            .call(() -> history.record(
                                    tx,
                                    namespace,
                                    writes,
                                    writes.stream()
                                            .map(write -> of(written, write.key()))
                                            .toList(),
                                    deleted(operations, locked)))
                            .call(evicted -> index.apply(tx, namespace, prepared, removed(evicted, living, locked)))
                            .map(ignored -> results(operations, locked, written)));
        });
    }

    /** The chunks of what was overwritten or deleted, and of what has made room. */
    private static List<Long> removed(List<Long> evicted, Set<String> living, Map<String, Locked> locked) {
        List<Long> removed = new ArrayList<>(evicted);
        locked.forEach((key, before) -> {
            if (before.chunkNo() != null && !living.contains(key)) {
                removed.add(before.chunkNo());
            }
        });
        return removed;
    }

    private static Uni<Map<String, Locked>> lock(SqlConnection tx, Namespace namespace, String[] keys) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(namespace.no(), keys)).map(rows -> {
            Map<String, Locked> locked = new HashMap<>();
            rows.forEach(row -> locked.put(
                    row.getString("key"),
                    new Locked(
                            row.getBoolean("living") ? row.getLong("version") : null,
                            row.getInteger("size_bytes"),
                            row.getLong("chunk_no"))));
            return locked;
        });
    }

    private static void check(List<EntryOperation> operations, Map<String, Locked> locked) {
        List<Problem.FieldError> errors = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            EntryOperation operation = operations.get(i);
            String violation = operation
                    .expectation()
                    .violation(of(locked, operation.key()).version());
            if (violation != null) {
                errors.add(new Problem.FieldError("operations." + i, "\"" + operation.key() + "\" " + violation));
            }
        }
        if (!errors.isEmpty()) {
            throw unexpected(errors);
        }
    }

    private static ProblemException unexpected(List<Problem.FieldError> errors) {
        Problem problem = Problem.of(
                ProblemType.PRECONDITION_FAILED,
                errors.size() == 1
                        ? "The entry " + errors.get(0).message() + "."
                        : errors.size() + " entries are not as expected; nothing was changed.");
        return new ProblemException(problem.withErrors(errors), null);
    }

    private static Uni<Map<String, WrittenEntry>> put(
            SqlConnection tx,
            Namespace namespace,
            List<EntryWrite> writes,
            Map<String, Locked> locked,
            EntryIndex.Prepared prepared) {
        if (writes.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        Map<String, Long> chunkNos = prepared.byKey();
        return tx.preparedQuery(PUT)
                .execute(Tuple.from(new Object[] {
                    namespace.no(),
                    writes.stream().map(EntryWrite::key).toArray(String[]::new),
                    writes.stream().map(EntryWrite::value).toArray(String[]::new),
                    writes.stream().map(EntryWrite::sizeBytes).toArray(Integer[]::new),
                    writes.stream()
                            .map(write -> of(locked, write.key()).replacedBytes())
                            .toArray(Integer[]::new),
                    writes.stream().map(write -> write.ttlS(namespace)).toArray(Long[]::new),
                    namespace.eviction() == Eviction.lru,
                    writes.stream().map(write -> write.sliding(namespace)).toArray(Boolean[]::new),
                    writes.stream().map(write -> chunkNos.get(write.key())).toArray(Long[]::new)
                }))
                .map(rows -> {
                    Map<String, WrittenEntry> written = new HashMap<>();
                    rows.forEach(row -> written.put(row.getString("key"), WrittenEntry.of(row)));
                    return written;
                });
    }

    /** Removes what is to be deleted and what was only reserved. */
    private static Uni<Void> delete(SqlConnection tx, Namespace namespace, String[] keys) {
        return keys.length == 0
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery(DELETE)
                        .execute(Tuple.of(namespace.no(), keys))
                        .replaceWithVoid();
    }

    private static String[] without(String[] keys, Set<String> written, Set<String> living) {
        return Arrays.stream(keys)
                .filter(key -> !written.contains(key) && !living.contains(key))
                .toArray(String[]::new);
    }

    private static Quotas.Change change(
            Set<String> written, List<EntryWrite> writes, Set<String> living, Map<String, Locked> locked) {
        long entries = writes.size();
        long writtenBytes = writes.stream().mapToLong(EntryWrite::sizeBytes).sum();
        long bytes = writtenBytes;
        long expired = 0;
        for (Map.Entry<String, Locked> each : locked.entrySet()) {
            Locked before = each.getValue();
            if (before.sizeBytes() > 0 && !living.contains(each.getKey())) {
                entries--;
                bytes -= before.sizeBytes();
                expired += before.version() == null ? 1 : 0;
            }
        }
        return new Quotas.Change(entries, bytes, expired, written, writtenBytes);
    }

    private static List<String> deleted(List<EntryOperation> operations, Map<String, Locked> locked) {
        return operations.stream()
                .filter(operation -> operation.kind() == EntryOperation.Kind.delete)
                .map(EntryOperation::key)
                .filter(key -> of(locked, key).version() != null)
                .toList();
    }

    private static List<OperationResult> results(
            List<EntryOperation> operations, Map<String, Locked> locked, Map<String, WrittenEntry> written) {
        return operations.stream()
                .map(operation -> {
                    String key = operation.key();
                    Long before = of(locked, key).version();
                    return switch (operation.kind()) {
                        case put -> {
                            WrittenEntry entry = of(written, key);
                            Instant expires = entry.expiresAt();
                            yield new OperationResult(
                                    operation.kind(), key, entry.version(), entry.created(), null, expires);
                        }
                        case delete -> new OperationResult(operation.kind(), key, null, null, before != null, null);
                        case check -> new OperationResult(operation.kind(), key, before, null, null, null);
                    };
                })
                .toList();
    }

    private static <T> T of(Map<String, T> byKey, String key) {
        return Objects.requireNonNull(byKey.get(key), "every key was locked");
    }
}
