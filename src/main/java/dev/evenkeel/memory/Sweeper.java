package dev.evenkeel.memory;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Frees the space of entries that have expired, makes room in full namespaces, and removes what was deleted as a whole. */
@ApplicationScoped
class Sweeper implements RecurringJob {
    private static final int BATCH = 2_000;
    private static final int ROUNDS = 10;

    /**
     * The rows of {@code gone} are counted, noted and, where a history is kept, recorded. Rows that others have locked are
     * passed over, so that this never waits while it holds a counter.
     */
    private static final String ACCOUNT = """
            , counted as (
                update memory_counter c set entries = c.entries - d.entries, bytes = c.bytes - d.bytes
                from (select namespace_no, count(*) as entries, sum(size_bytes)::bigint as bytes from gone group by 1) d
                where c.namespace_no = d.namespace_no and c.slot = $1)
            , noted as (
                insert into memory_usage as u (namespace_no, %2$s)
                select namespace_no, count(*) from gone group by 1
                on conflict (namespace_no) do update set %2$s = u.%2$s + excluded.%2$s)
            , numbered as (
                update memory_namespace n set last_change_no = n.last_change_no + d.changes
                from (select namespace_no, count(*) as changes from gone group by 1) d
                where n.namespace_no = d.namespace_no and n.history
                returning n.namespace_no, n.last_change_no - d.changes as before)
            , recorded as (
                insert into memory_change (namespace_no, change_no, key, operation, version, changed_at)
                select g.namespace_no, n.before + row_number() over (partition by g.namespace_no order by g.key), g.key, '%1$s',
                       g.version, clock_timestamp()
                from gone g join numbered n using (namespace_no))
            select count(*)::int as removed from gone""";

    private static final String SWEEP = """
            with dead as materialized (
                select namespace_no, key from memory_entry
                where expires_at <= clock_timestamp() and ($2::bigint is null or namespace_no = $2)
                order by expires_at limit $3 for update skip locked)
            , gone as (
                delete from memory_entry e using dead d where e.namespace_no = d.namespace_no and e.key = d.key
                returning e.namespace_no, e.key, e.size_bytes, e.version)
            """ + ACCOUNT.formatted("expire", "expired");

    private static final String EVICT = """
            with candidates as materialized (
                select namespace_no, key, size_bytes, accessed_at from memory_entry
                where namespace_no = $2 and evictable and key <> all($5)
                order by accessed_at, key limit $6 for update skip locked)
            , ranked as (
                select namespace_no, key, row_number() over used as place, sum(size_bytes) over used - size_bytes as freed
                from candidates window used as (order by accessed_at, key))
            , gone as (
                delete from memory_entry e using ranked r
                where e.namespace_no = r.namespace_no and e.key = r.key and (r.place <= $3 or r.freed < $4)
                returning e.namespace_no, e.key, e.size_bytes, e.version)
            """ + ACCOUNT.formatted("evict", "evicted");

    private final MemoryConfig config;
    private final History history;

    Sweeper(MemoryConfig config, History history) {
        this.config = config;
        this.history = history;
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
                .chain(() -> purge(tx))
                .chain(() -> history.prune(tx));
    }

    /** Removes the expired entries of one namespace, at most some thousands; gives their number. */
    Uni<Integer> sweep(SqlConnection tx, Namespace namespace, short slot) {
        return sweep(tx, namespace.no(), slot, ROUNDS);
    }

    private Uni<Integer> sweep(SqlConnection tx, @Nullable Long namespaceNo, short slot, int rounds) {
        return tx.preparedQuery(SWEEP)
                .execute(Tuple.of(slot, namespaceNo, BATCH))
                .map(rows -> rows.iterator().next().getInteger("removed"))
                .chain(removed -> removed < BATCH || rounds <= 1
                        ? Uni.createFrom().item(removed)
                        : sweep(tx, namespaceNo, slot, rounds - 1).map(more -> more + removed));
    }

    /**
     * Removes the least recently used entries until so much is free.
     *
     * @param spared keys that stay
     * @return how many were removed
     */
    Uni<Integer> evict(
            SqlConnection tx, Namespace namespace, short slot, long entries, long bytes, Set<String> spared) {
        return tx.preparedQuery(EVICT)
                .execute(Tuple.of(slot, namespace.no(), entries, bytes, spared.toArray(String[]::new), (int)
                        Math.max(BATCH, entries)))
                .map(rows -> rows.iterator().next().getInteger("removed"));
    }

    /** Notes expired entries that a write has replaced. */
    Uni<Void> noteExpired(SqlConnection tx, long namespaceNo, long expired) {
        return tx.preparedQuery("""
                        insert into memory_usage as u (namespace_no, expired) values ($1, $2)
                        on conflict (namespace_no) do update set expired = u.expired + excluded.expired""").execute(Tuple.of(namespaceNo, expired)).replaceWithVoid();
    }

    /** Removes the rows of deleted namespaces; a namespace itself an hour later, when no write can still be on its way. */
    private static Uni<Void> purge(SqlConnection tx) {
        return tx.preparedQuery("""
                        delete from memory_entry e using (
                            select namespace_no, key from memory_entry where namespace_no = any(array(
                                select namespace_no from memory_namespace where deleted_at is not null))
                            limit $1 for update skip locked) d
                        where e.namespace_no = d.namespace_no and e.key = d.key""")
                .execute(Tuple.of(BATCH * ROUNDS))
                .chain(() -> tx.query("""
                                with gone as (
                                    delete from memory_namespace n where deleted_at < now() - interval '1 hour'
                                    and not exists (select from memory_entry e where e.namespace_no = n.namespace_no)
                                    returning namespace_no),
                                counters as (
                                    delete from memory_counter using gone where memory_counter.namespace_no = gone.namespace_no),
                                changes as (
                                    delete from memory_change using gone where memory_change.namespace_no = gone.namespace_no)
                                delete from memory_usage using gone where memory_usage.namespace_no = gone.namespace_no""").execute())
                .replaceWithVoid();
    }
}
