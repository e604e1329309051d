package dev.evenkeel.memory;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Frees the space of entries that have expired, and makes room in full namespaces. */
@ApplicationScoped
class Sweeper implements RecurringJob {
    private static final int BATCH = 2_000;
    private static final int ROUNDS = 10;
    private static final int EVICTED_AT_ONCE = 64;

    /**
     * The rows of {@code gone} are counted, noted and, where a history is kept, recorded: each step reads the one before, so
     * that locks are taken in the order in which writers take them. Rows that others have locked are passed over.
     */
    private static final String ACCOUNT = """
            , sums as materialized (
                select namespace_no, count(*) as entries, sum(size_bytes)::bigint as bytes from gone group by 1 order by 1)
            , counted as (
                update memory_counter c set entries = c.entries - d.entries, bytes = c.bytes - d.bytes
                from sums d where c.namespace_no = d.namespace_no and c.slot = $1 returning c.namespace_no)
            , noted as (
                insert into memory_usage as u (namespace_no, %2$s)
                select namespace_no, entries from sums where namespace_no in (select namespace_no from counted) order by 1
                on conflict (namespace_no) do update set %2$s = u.%2$s + excluded.%2$s
                returning u.namespace_no)
            , numbered as (
                update memory_namespace n set last_change_no = n.last_change_no + d.entries
                from sums d
                where n.namespace_no = d.namespace_no and n.history and n.namespace_no in (select namespace_no from noted)
                returning n.namespace_no, n.last_change_no - d.entries as before)
            , recorded as (
                insert into memory_change (namespace_no, change_no, key, operation, version, changed_at)
                select g.namespace_no, n.before + row_number() over (partition by g.namespace_no order by g.key), g.key, '%1$s',
                       g.version, clock_timestamp()
                from gone g join numbered n using (namespace_no))
            select count(*)::int as removed, array_agg(chunk_no) filter (where chunk_no is not null) as chunk_nos from gone""";

    private static final String SWEEP = """
            with dead as materialized (
                select namespace_no, key from memory_entry
                where expires_at <= clock_timestamp() and ($2::bigint is null or namespace_no = $2)
                order by expires_at limit $3 for update skip locked)
            , gone as (
                delete from memory_entry e using dead d where e.namespace_no = d.namespace_no and e.key = d.key
                returning e.namespace_no, e.key, e.size_bytes, e.version, e.chunk_no)
            """ + ACCOUNT.formatted("expire", "expired");

    private static final String EVICT = """
            with candidates as materialized (
                select namespace_no, key, size_bytes, used_at from memory_entry
                where namespace_no = $2 and used_at is not null and key <> all($5)
                order by used_at, key limit $6 for update skip locked)
            , ranked as (
                select namespace_no, key, row_number() over used as place, sum(size_bytes) over used - size_bytes as freed
                from candidates window used as (order by used_at, key))
            , gone as (
                delete from memory_entry e using ranked r
                where e.namespace_no = r.namespace_no and e.key = r.key and (r.place <= $3 or r.freed < $4)
                returning e.namespace_no, e.key, e.size_bytes, e.version, e.chunk_no)
            """ + ACCOUNT.formatted("evict", "evicted");

    private final MemoryConfig config;
    private final EntryIndex index;

    Sweeper(MemoryConfig config, EntryIndex index) {
        this.config = config;
        this.index = index;
    }

    @Override
    public String name() {
        return "memory-sweep";
    }

    @Override
    public Duration every() {
        return config.sweepInterval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return sweep(tx, null, EntryRepository.slot(), ROUNDS)
                // Last: from here to the commit other writers of the same index wait.
                .chain(swept -> index.remove(tx, swept.chunkNos()));
    }

    /**
     * Entries that were removed.
     *
     * @param chunkNos what is left of them in the search index, to be removed at the end of the transaction
     */
    record Removed(int entries, List<Long> chunkNos) {
        static final Removed NOTHING = new Removed(0, List.of());

        private static Removed of(Row row) {
            Long[] chunkNos = row.getArrayOfLongs("chunk_nos");
            return new Removed(row.getInteger("removed"), chunkNos == null ? List.of() : List.of(chunkNos));
        }

        Removed and(Removed more) {
            List<Long> all = new ArrayList<>(chunkNos);
            all.addAll(more.chunkNos);
            return new Removed(entries + more.entries, all);
        }
    }

    /** Removes the expired entries of one namespace, at most some thousands. */
    Uni<Removed> sweep(SqlConnection tx, Namespace namespace, short slot) {
        return sweep(tx, namespace.no(), slot, ROUNDS);
    }

    private Uni<Removed> sweep(SqlConnection tx, @Nullable Long namespaceNo, short slot, int rounds) {
        return tx.preparedQuery(SWEEP)
                .execute(Tuple.of(slot, namespaceNo, BATCH))
                .map(rows -> Removed.of(rows.iterator().next()))
                .chain(removed -> removed.entries() < BATCH || rounds <= 1
                        ? Uni.createFrom().item(removed)
                        : sweep(tx, namespaceNo, slot, rounds - 1).map(removed::and));
    }

    /**
     * Removes the least recently used entries until so much is free, at most {@value #EVICTED_AT_ONCE} where bytes are short.
     *
     * @param spared keys that stay
     */
    Uni<Removed> evict(
            SqlConnection tx, Namespace namespace, short slot, long entries, long bytes, Set<String> spared) {
        long most = Math.max(entries, bytes > 0 ? EVICTED_AT_ONCE : 0);
        return tx.preparedQuery(EVICT)
                .execute(Tuple.of(slot, namespace.no(), entries, bytes, spared.toArray(String[]::new), (int)
                        Math.min(most, BATCH)))
                .map(rows -> Removed.of(rows.iterator().next()));
    }

    /** Notes expired entries that a write has replaced. */
    Uni<Void> noteExpired(SqlConnection tx, long namespaceNo, long expired) {
        return tx.preparedQuery("""
                        insert into memory_usage as u (namespace_no, expired) values ($1, $2)
                        on conflict (namespace_no) do update set expired = u.expired + excluded.expired""").execute(Tuple.of(namespaceNo, expired)).replaceWithVoid();
    }
}
