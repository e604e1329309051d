package dev.evenkeel.memory;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Entries in one statement each, which is its own transaction. Writes do nothing here in a namespace that asks for more (a
 * quota, a history); {@link EntryTransaction} does those.
 */
@ApplicationScoped
class EntryRepository {
    /** The rows of one writing statement, counted in one of the namespace's counters. */
    private static final String COUNT_GONE = """
            , counted as (
                update memory_counter c set entries = c.entries - d.entries, bytes = c.bytes - d.bytes
                from (select count(*) as entries, coalesce(sum(size_bytes), 0)::bigint as bytes from gone) d
                where c.namespace_no = (select namespace_no from space) and c.slot = $3 and d.entries > 0)
            , noted as (
                insert into memory_usage as u (namespace_no, expired)
                select namespace_no, expired from space, (
                    select count(*) as expired from gone where expires_at <= statement_timestamp()) d
                where d.expired > 0
                on conflict (namespace_no) do update set expired = u.expired + excluded.expired)
            """;

    private static final String SPACE = """
            with space as (
                select * from memory_namespace
                where owner_id = $1 and name = $2 and deleted_at is null and plain)
            """;

    private static final String PUT = SPACE + """
            , put as (
                insert into memory_entry as e (namespace_no, key, value, size_bytes, version, ttl_s, sliding, created_at,
                    updated_at, accessed_at, expires_at)
                select s.namespace_no, g.key, g.value, g.size_bytes, nextval('memory_version'),
                    nullif(coalesce(g.ttl_s, s.default_ttl_s), 0), coalesce(g.sliding, s.sliding),
                    statement_timestamp(), statement_timestamp(), statement_timestamp(),
                    statement_timestamp() + nullif(coalesce(g.ttl_s, s.default_ttl_s), 0) * interval '1 second'
                from space s, unnest($4::text[], $5::text[], $6::int[], $7::bigint[], $8::boolean[])
                    as g(key, value, size_bytes, ttl_s, sliding)
                where s.max_value_bytes is null or s.max_value_bytes >= $9
                order by g.key collate "C"
                on conflict (namespace_no, key) do update set
                    value = excluded.value, size_bytes = excluded.size_bytes,
                    replaced_bytes = case when e.chunk_no is not null then memory_not_plain()
                        when e.expires_at <= excluded.updated_at then -e.size_bytes else e.size_bytes end,
                    version = nextval('memory_version'), ttl_s = excluded.ttl_s, sliding = excluded.sliding,
                    created_at = case when e.expires_at <= excluded.updated_at then excluded.created_at else e.created_at end,
                    updated_at = excluded.updated_at, accessed_at = excluded.accessed_at, expires_at = excluded.expires_at
                returning key, version, size_bytes, replaced_bytes, expires_at)
            , counted as (
                update memory_counter c set entries = c.entries + d.entries, bytes = c.bytes + d.bytes
                from (select count(*) filter (where replaced_bytes is null) as entries,
                             coalesce(sum(size_bytes - coalesce(abs(replaced_bytes), 0)), 0)::bigint as bytes from put) d
                where c.namespace_no = (select namespace_no from space) and c.slot = $3)
            , noted as (
                insert into memory_usage as u (namespace_no, expired)
                select namespace_no, expired from space, (select count(*) as expired from put where replaced_bytes < 0) d
                where d.expired > 0
                on conflict (namespace_no) do update set expired = u.expired + excluded.expired)
            select %s from put""".formatted(WrittenEntry.COLUMNS);

    private static final String DELETE = SPACE + """
            , locked as materialized (
                select e.namespace_no, e.key from memory_entry e
                where e.namespace_no = (select namespace_no from space) and e.key = any($4) order by e.key for update)
            , gone as (
                delete from memory_entry e using locked l where e.namespace_no = l.namespace_no and e.key = l.key
                returning e.key, e.expires_at,
                    case when e.chunk_no is null then e.size_bytes else memory_not_plain() end as size_bytes)
            """ + COUNT_GONE + """
            select exists (select from space) as plain,
                   array(select key from gone where expires_at is null or expires_at > statement_timestamp()) as keys""";

    private static final String CLEAR = SPACE + """
            , locked as materialized (
                select e.namespace_no, e.key from memory_entry e
                where e.namespace_no = (select namespace_no from space) and e.key >= $4 and e.key < $4 || $5
                order by e.key limit $6 for update)
            , gone as (
                delete from memory_entry e using locked l where e.namespace_no = l.namespace_no and e.key = l.key
                returning e.key, e.expires_at,
                    case when e.chunk_no is null then e.size_bytes else memory_not_plain() end as size_bytes)
            """ + COUNT_GONE + """
            select exists (select from space) as plain, (select count(*) from gone) as removed,
                   (select count(*) from gone where expires_at is null or expires_at > statement_timestamp()) as living""";

    private static final String LIVING = " and (e.expires_at is null or e.expires_at > now())";

    private static final String GET = "select " + EntryView.COLUMNS + """
            , n.namespace_no, e.used_at is not null as evictable from memory_namespace n
            left join memory_entry e on e.namespace_no = n.namespace_no and e.key = $3
            """ + LIVING
            + " where n.owner_id = $1 and n.name = $2 and n.deleted_at is null";

    private static final String TOUCH =
            """
            update memory_entry e set accessed_at = statement_timestamp(),
                used_at = case when e.used_at is not null then statement_timestamp() end,
                expires_at = case when e.sliding then statement_timestamp() + e.ttl_s * interval '1 second' else e.expires_at end
            where e.namespace_no = $1 and e.key = any(array(
                select key from memory_entry where namespace_no = $1 and key = any($2) order by key for update))
            """ + LIVING.replace("now()", "statement_timestamp()") + " returning " + EntryView.COLUMNS;

    /** Values are left out beyond so many bytes in all, so that no answer grows without bound. */
    private static final String WITHIN = "select "
            + EntryView.COLUMNS.replace("e.value", "case when e.total <= $4 then e.value end")
            + ", e.namespace_no, e.used_at is not null as evictable from (%s) e order by e.key";

    private static final String LOAD = WITHIN.formatted("""
            select n.namespace_no, e.key, e.value, e.size_bytes, e.version, e.ttl_s, e.sliding, e.created_at, e.updated_at,
                   e.accessed_at, e.expires_at, e.used_at, sum(e.size_bytes) over (order by e.key) as total
            from memory_namespace n
            left join memory_entry e on e.namespace_no = n.namespace_no and e.key = any($3)""" + LIVING + """
             where n.owner_id = $1 and n.name = $2 and n.deleted_at is null""");

    /** The number of the namespace is a constant to the planner, so that the primary key gives the order. */
    private static final String LIST = WITHIN.formatted("""
            select page.*, sum(size_bytes) over (order by key) as total from (
                select e.* from memory_entry e
                where e.namespace_no = (
                    select namespace_no from memory_namespace where owner_id = $1 and name = $2 and deleted_at is null)
                  and e.key >= $3 and e.key < $3 || $5 and e.key > $6 and ($7::text is null or e.key ~ $7)""" + LIVING + """
                 order by e.key limit $8) page""");

    /** An entry, or what a reader finds instead of one. */
    record Found(
            long namespaceNo, boolean evictable, @Nullable EntryView entry) {
        /** Whether reading it is a write. */
        boolean needsTouch() {
            return entry != null && (evictable || entry.sliding());
        }
    }

    /** Entries of a plain namespace; empty when there is none, or when it asks for more than one statement. */
    Uni<List<WrittenEntry>> put(SqlConnection connection, UUID owner, String namespace, List<EntryWrite> writes) {
        return connection
                .preparedQuery(PUT)
                .execute(Tuple.from(new Object[] {
                    owner,
                    namespace,
                    slot(),
                    writes.stream().map(EntryWrite::key).toArray(String[]::new),
                    writes.stream().map(EntryWrite::value).toArray(String[]::new),
                    writes.stream().map(EntryWrite::sizeBytes).toArray(Integer[]::new),
                    writes.stream().map(EntryWrite::ttlS).toArray(Long[]::new),
                    writes.stream().map(EntryWrite::sliding).toArray(Boolean[]::new),
                    writes.stream().mapToInt(EntryWrite::valueBytes).max().orElse(0)
                }))
                .map(rows -> {
                    List<WrittenEntry> written = new ArrayList<>(rows.size());
                    rows.forEach(row -> written.add(WrittenEntry.of(row)));
                    return written;
                });
    }

    /** The keys that were deleted; null when the namespace is not plain. */
    Uni<@Nullable Set<String>> delete(SqlConnection connection, UUID owner, String namespace, List<String> keys) {
        return connection
                .preparedQuery(DELETE)
                .execute(Tuple.of(owner, namespace, slot(), keys.toArray(String[]::new)))
                .map(rows -> rows.iterator().next())
                .map(row -> row.getBoolean("plain") ? Set.of(row.getArrayOfStrings("keys")) : null);
    }

    /**
     * What one statement of a clearing removed.
     *
     * @param removed rows, expired ones among them
     * @param living entries that existed
     */
    record Cleared(boolean plain, long removed, long living) {}

    Uni<Cleared> clear(SqlConnection connection, UUID owner, String namespace, String prefix, int limit) {
        return connection
                .preparedQuery(CLEAR)
                .execute(Tuple.of(owner, namespace, slot(), prefix, Names.LAST, limit))
                .map(rows -> rows.iterator().next())
                .map(row -> new Cleared(row.getBoolean("plain"), row.getLong("removed"), row.getLong("living")));
    }

    /** The living entry; null when there is no such namespace. */
    Uni<@Nullable Found> get(SqlConnection connection, UUID owner, String namespace, String key) {
        return connection
                .preparedQuery(GET)
                .execute(Tuple.of(owner, namespace, key))
                .map(rows -> rows.size() == 0 ? null : found(rows.iterator().next()));
    }

    /** Notes that entries were read, and renews those that slide; what has expired meanwhile is missing. */
    Uni<List<EntryView>> touch(SqlConnection connection, long namespaceNo, List<String> keys) {
        return connection
                .preparedQuery(TOUCH)
                .execute(Tuple.of(namespaceNo, keys.toArray(String[]::new)))
                .map(rows -> {
                    List<EntryView> touched = new ArrayList<>(rows.size());
                    rows.forEach(row -> touched.add(EntryView.of(row)));
                    return touched;
                });
    }

    /** The living entries of these keys, by key; empty when there is no such namespace. Values are left out beyond the limit. */
    Uni<List<Found>> load(SqlConnection connection, UUID owner, String namespace, List<String> keys, long maxBytes) {
        return connection
                .preparedQuery(LOAD)
                .execute(Tuple.of(owner, namespace, keys.toArray(String[]::new), maxBytes))
                .map(EntryRepository::all);
    }

    /**
     * Living entries by key, one more than asked for when there is another page.
     *
     * @param pattern a regular expression of PostgreSQL that the whole key must match, or null
     * @param maxBytes values are left out from where keys and values exceed this
     */
    Uni<List<Found>> list(
            SqlConnection connection,
            UUID owner,
            String namespace,
            String prefix,
            @Nullable String pattern,
            @Nullable String after,
            int limit,
            long maxBytes) {
        return connection
                .preparedQuery(LIST)
                .execute(Tuple.from(new Object[] {
                    owner, namespace, prefix, maxBytes, Names.LAST, after == null ? "" : after, pattern, limit + 1
                }))
                .map(EntryRepository::all);
    }

    static short slot() {
        return (short) ThreadLocalRandom.current().nextInt(NamespaceRepository.COUNTER_SLOTS);
    }

    private static List<Found> all(Iterable<Row> rows) {
        List<Found> found = new ArrayList<>();
        rows.forEach(row -> found.add(found(row)));
        return found;
    }

    private static Found found(Row row) {
        return new Found(
                row.getLong("namespace_no"),
                row.getBoolean("evictable"),
                row.getString("key") == null ? null : EntryView.of(row));
    }
}
