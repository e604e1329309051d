package dev.evenkeel.memory;

import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/**
 * Counts what a transaction has changed and holds it to the quota of its namespace. Writers at the same time do not wait for
 * each other's counts: a quota may be exceeded by what they are writing.
 */
@ApplicationScoped
class Quotas {
    private static final String COUNT = """
            update memory_counter set entries = entries + $3, bytes = bytes + $4 where namespace_no = $1 and slot = $2""";

    /** What has expired takes no room, swept or not. */
    private static final String TOTAL = """
            select c.entries - x.entries as entries, c.bytes - x.bytes as bytes
            from (select sum(entries)::bigint as entries, sum(bytes)::bigint as bytes
                  from memory_counter where namespace_no = $1) c,
                 (select count(*) as entries, coalesce(sum(size_bytes), 0)::bigint as bytes
                  from memory_entry where namespace_no = $1 and expires_at <= clock_timestamp()) x""";

    private final Sweeper sweeper;

    Quotas(Sweeper sweeper) {
        this.sweeper = sweeper;
    }

    /**
     * What a transaction has changed.
     *
     * @param entries rows added, less those removed
     * @param bytes of the same
     * @param expired rows among those that were replaced or removed that nobody saw any more
     * @param written keys that must not be evicted for their own sake
     * @param writtenBytes of these
     */
    record Change(long entries, long bytes, long expired, Set<String> written, long writtenBytes) {
        /** What will be there when all else has been evicted. */
        Total alone() {
            return new Total(written.size(), writtenBytes);
        }
    }

    private record Total(long entries, long bytes) {
        boolean fits(Namespace namespace) {
            Long maxEntries = namespace.maxEntries();
            Long maxBytes = namespace.maxBytes();
            return (maxEntries == null || entries <= maxEntries) && (maxBytes == null || bytes <= maxBytes);
        }

        long excessEntries(Namespace namespace) {
            Long max = namespace.maxEntries();
            return max == null ? 0 : Math.max(0, entries - max);
        }

        long excessBytes(Namespace namespace) {
            Long max = namespace.maxBytes();
            return max == null ? 0 : Math.max(0, bytes - max);
        }
    }

    /**
     * Counts, and makes room where the change has used more than there is. What others are evicting at this moment is left to
     * them.
     *
     * @return the chunks of what was removed for that, to be taken out of the index at the end
     * @throws ProblemException (as failure) 409 that says which quota is reached
     */
    Uni<List<Long>> settle(SqlConnection tx, Namespace namespace, Change change) {
        boolean grows = change.entries() > 0 || change.bytes() > 0;
        short slot = EntryRepository.slot();
        return count(tx, namespace, slot, change)
                .call(() -> change.expired() == 0
                        ? Uni.createFrom().voidItem()
                        : sweeper.noteExpired(tx, namespace.no(), change.expired()))
                .chain(() -> grows && namespace.hasQuota()
                        ? makeRoom(tx, namespace, slot, change)
                        : Uni.createFrom().item(List.of()));
    }

    private Uni<List<Long>> makeRoom(SqlConnection tx, Namespace namespace, short slot, Change change) {
        return evict(tx, namespace, slot, change.written())
                .call(() -> total(tx, namespace)
                        .map(total -> namespace.eviction() == Eviction.none ? total : change.alone())
                        .invoke(total -> requireFits(namespace, total)))
                .map(Sweeper.Removed::chunkNos);
    }

    private static void requireFits(Namespace namespace, Total total) {
        if (!total.fits(namespace)) {
            throw exceeded(namespace, total);
        }
    }

    /** Evicts what exceeds the quota of a namespace that evicts. */
    Uni<Sweeper.Removed> evictExcess(SqlConnection tx, Namespace namespace, short slot) {
        return evict(tx, namespace, slot, Set.of());
    }

    /** Step by step, until all fits or others hold what is left. */
    private Uni<Sweeper.Removed> evict(SqlConnection tx, Namespace namespace, short slot, Set<String> spared) {
        return total(tx, namespace)
                .chain(total -> total.fits(namespace) || namespace.eviction() == Eviction.none
                        ? Uni.createFrom().item(Sweeper.Removed.NOTHING)
                        : sweeper.evict(
                                        tx,
                                        namespace,
                                        slot,
                                        total.excessEntries(namespace),
                                        total.excessBytes(namespace),
                                        spared)
                                .chain(step -> step.entries() == 0
                                        ? Uni.createFrom().item(step)
                                        : evict(tx, namespace, slot, spared).map(step::and)));
    }

    private static ProblemException exceeded(Namespace namespace, Total total) {
        String quota = total.excessEntries(namespace) > 0
                ? "max_entries is " + namespace.maxEntries() + ", this would make " + total.entries() + " entries"
                : "max_bytes is " + namespace.maxBytes() + ", this would make " + total.bytes() + " bytes";
        return new ProblemException(
                Problem.of(ProblemType.QUOTA_EXCEEDED, "Namespace \"" + namespace.name() + "\": " + quota + "."), null);
    }

    private static Uni<Void> count(SqlConnection tx, Namespace namespace, short slot, Change change) {
        return change.entries() == 0 && change.bytes() == 0
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery(COUNT)
                        .execute(Tuple.of(namespace.no(), slot, change.entries(), change.bytes()))
                        .replaceWithVoid();
    }

    private static Uni<Total> total(SqlConnection tx, Namespace namespace) {
        return tx.preparedQuery(TOTAL)
                .execute(Tuple.of(namespace.no()))
                .map(rows -> rows.iterator().next())
                .map(row -> new Total(row.getLong("entries"), row.getLong("bytes")));
    }
}
