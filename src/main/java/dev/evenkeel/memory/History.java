package dev.evenkeel.memory;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The changes of namespaces that keep a history. Their numbers are given under the lock of the namespace's row, as the last
 * thing a transaction does, so that no change is committed after one with a higher number.
 */
@ApplicationScoped
class History {
    private static final int PRUNED = 5_000;

    private static final String RECORD = """
            with numbered as (
                update memory_namespace set last_change_no = last_change_no + cardinality($2::text[])
                where namespace_no = $1 returning last_change_no - cardinality($2::text[]) as before)
            insert into memory_change (namespace_no, change_no, key, operation, value, version, expires_at, changed_at)
            select $1, before + place, key, operation, value, version, expires_at, clock_timestamp()
            from numbered, unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[])
                with ordinality as given(key, operation, value, version, expires_at, place)""";

    /** What is there and not yet known in this version, and the end of what is known and not there any more. */
    private static final String BEGIN = """
            with known as materialized (
                select distinct on (key) key, operation, version from memory_change where namespace_no = $1
                order by key, change_no desc),
            living as materialized (
                select key, value, version, case when not sliding then expires_at end as expires_at from memory_entry
                where namespace_no = $1 and (expires_at is null or expires_at > now())),
            found as materialized (
                select l.key, 'put' as operation, l.value, l.version, l.expires_at from living l
                where not exists (select from known k where k.key = l.key and k.operation = 'put' and k.version = l.version)
                union all
                select k.key, 'delete', null, k.version, null from known k
                where k.operation = 'put' and not exists (select from living l where l.key = k.key)),
            numbered as (
                update memory_namespace set last_change_no = last_change_no + (select count(*) from found)
                where namespace_no = $1 returning last_change_no - (select count(*) from found) as before)
            insert into memory_change (namespace_no, change_no, key, operation, value, version, expires_at, changed_at)
            select $1, before + row_number() over (order by key), key, operation, value, version, expires_at, clock_timestamp()
            from found, numbered""";

    private static final String FEED = """
            select change_no, key, operation, case when total <= $4 then value end as value, version, changed_at,
                   null::timestamptz as next_at, expires_at, total
            from (select *, sum(coalesce(length(value), 0) + 100) over (order by change_no) as total from (
                select * from memory_change where namespace_no = $1 and change_no > $2 order by change_no limit $3) c) t
            order by change_no""";

    private static final String VERSIONS = """
            select change_no, key, operation, case when total <= $5 then value end as value, version, changed_at, expires_at,
                   (select n.changed_at from memory_change n
                    where n.namespace_no = t.namespace_no and n.key = t.key and n.change_no > t.change_no
                    order by n.change_no limit 1) as next_at
            from (select *, sum(coalesce(length(value), 0) + 100) over (order by change_no desc) as total from (
                select * from memory_change where namespace_no = $1 and key = $2 and change_no < $3
                order by change_no desc limit $4) c) t
            order by change_no desc""";

    private static final String AS_OF = """
            select change_no, key, operation, value, version, changed_at, expires_at, null::timestamptz as next_at
            from memory_change where namespace_no = $1 and key = $2 and changed_at <= $3 order by change_no desc limit 1""";

    /** The last value that a key had at the end of the retention stays, because it is still asked for as of then. */
    private static final String PRUNE = """
            with old as materialized (
                select c.namespace_no, c.change_no from memory_namespace n
                cross join lateral (
                    select now() - coalesce(n.history_retention_s, $1) * interval '1 second' as cut) kept
                cross join lateral (
                    select namespace_no, change_no from memory_change each
                    where namespace_no = n.namespace_no and changed_at < kept.cut
                      and (operation <> 'put' or exists (
                        select from memory_change later where later.namespace_no = each.namespace_no and later.key = each.key
                          and later.change_no > each.change_no and later.changed_at <= kept.cut))
                    order by changed_at limit $2) c
                where n.last_change_no > n.pruned_change_no and n.history),
            noted as (
                update memory_namespace n set pruned_change_no = greatest(pruned_change_no, o.last)
                from (select namespace_no, max(change_no) as last from old group by 1) o where n.namespace_no = o.namespace_no)
            delete from memory_change c using old o where c.namespace_no = o.namespace_no and c.change_no = o.change_no""";

    private final MemoryConfig config;

    History(MemoryConfig config) {
        this.config = config;
    }

    /**
     * Records what a transaction has put and deleted, if the namespace keeps a history.
     *
     * @param written what each of the writes has made
     */
    Uni<Void> record(
            SqlConnection tx,
            Namespace namespace,
            List<EntryWrite> writes,
            List<WrittenEntry> written,
            List<String> deleted) {
        if (!namespace.history() || writes.isEmpty() && deleted.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        int size = writes.size() + deleted.size();
        return tx.preparedQuery(RECORD)
                .execute(Tuple.of(
                        namespace.no(),
                        Stream.concat(writes.stream().map(EntryWrite::key), deleted.stream())
                                .toArray(String[]::new),
                        Stream.concat(
                                        writes.stream().map(w -> "put"),
                                        deleted.stream().map(k -> "delete"))
                                .toArray(String[]::new),
                        padded(writes.stream().map(EntryWrite::value), new String[size]),
                        padded(written.stream().map(WrittenEntry::version), new Long[size]),
                        padded(ends(namespace, writes, written), new OffsetDateTime[size])))
                .replaceWithVoid();
    }

    /** Records all living entries, so that the history is complete from its beginning. */
    Uni<Void> begin(SqlConnection tx, Namespace namespace) {
        return tx.preparedQuery(BEGIN).execute(Tuple.of(namespace.no())).replaceWithVoid();
    }

    /**
     * Where a feed stands.
     *
     * @param last the number of the last change
     * @param pruned changes up to this number may have been forgotten
     */
    record Position(long last, long pruned) {
        /** Whether changes after that number are not known any more; numbers ahead are those of a namespace before this one. */
        boolean hasForgotten(long after) {
            return after < pruned || after > last;
        }

        /** Where to look from. */
        long from(long after) {
            return after > last ? 0 : after;
        }

        /** Where to go on when nothing was found: behind what was forgotten, so that it is told once. */
        long behind(long after) {
            return Math.max(from(after), pruned);
        }
    }

    Uni<Position> position(SqlConnection connection, long namespaceNo) {
        return connection
                .preparedQuery("select last_change_no, pruned_change_no from memory_namespace where namespace_no = $1")
                .execute(Tuple.of(namespaceNo))
                .map(rows -> rows.iterator().next())
                .map(row -> new Position(row.getLong(0), row.getLong(1)));
    }

    /** Changes after a number, in order; values are left out from where they exceed the limit in all. */
    Uni<List<ChangeView>> after(SqlConnection connection, long namespaceNo, long changeNo, int limit, long maxBytes) {
        return connection
                .preparedQuery(FEED)
                .execute(Tuple.of(namespaceNo, changeNo, limit, maxBytes))
                .map(History::views);
    }

    /** The changes of one key before a number, newest first; values as in {@link #after}. */
    Uni<List<ChangeView>> versions(
            SqlConnection connection, long namespaceNo, String key, long before, int limit, long maxBytes) {
        return connection
                .preparedQuery(VERSIONS)
                .execute(Tuple.of(namespaceNo, key, before, limit, maxBytes))
                .map(History::views);
    }

    /** What a key was at a time; null when it had no value then, or that is not known any more. */
    Uni<@Nullable ChangeView> asOf(SqlConnection connection, long namespaceNo, String key, Instant time) {
        return connection
                .preparedQuery(AS_OF)
                .execute(Tuple.of(namespaceNo, key, utc(time)))
                .map(History::views)
                .map(found -> found.isEmpty() || !living(found.get(0), time) ? null : found.get(0));
    }

    /** Forgets changes older than their namespace wants, except the one that each key still had at that time. */
    Uni<Void> prune(SqlConnection tx) {
        return tx.preparedQuery(PRUNE)
                .execute(Tuple.of(config.historyRetention().toSeconds(), PRUNED))
                .replaceWithVoid();
    }

    private static boolean living(ChangeView change, Instant time) {
        Instant expires = change.expiresAt();
        return change.operation().equals("put") && (expires == null || expires.isAfter(time));
    }

    /** When each will cease to exist; not known of those that slide, whose end is recorded when they are swept. */
    private static Stream<@Nullable OffsetDateTime> ends(
            Namespace namespace, List<EntryWrite> writes, List<WrittenEntry> written) {
        return IntStream.range(0, writes.size())
                .mapToObj(i -> writes.get(i).sliding(namespace)
                        ? null
                        : utc(written.get(i).expiresAt()));
    }

    private static <T> @Nullable T[] padded(Stream<@Nullable T> values, @Nullable T[] into) {
        int[] next = {0};
        values.forEach(value -> into[next[0]++] = value);
        return into;
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static List<ChangeView> views(RowSet<Row> rows) {
        List<ChangeView> views = new ArrayList<>(rows.size());
        rows.forEach(row -> views.add(ChangeView.of(row)));
        return views;
    }
}
