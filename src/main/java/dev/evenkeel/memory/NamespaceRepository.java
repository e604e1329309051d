package dev.evenkeel.memory;

import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about namespaces as such. */
@ApplicationScoped
class NamespaceRepository {
    /** Rows of counters per namespace, so that writers do not wait for one another's. */
    static final int COUNTER_SLOTS = 16;

    /** Counters know every entry that has a row; what is expired but not swept is taken off, so that the sum is exact. */
    private static final String VIEW = """
            select n.name, c.entries - x.entries as entries, c.bytes - x.bytes as bytes, x.expiring,
                   n.namespace_no, n.default_ttl_s, n.sliding, n.max_entries, n.max_bytes, n.max_value_bytes, n.eviction,
                   n.history, n.history_retention_s, n.version, n.created_at, n.updated_at,
                   coalesce(u.hits, 0)::bigint as hits, coalesce(u.misses, 0)::bigint as misses,
                   coalesce(u.expired, 0)::bigint as expired, coalesce(u.evicted, 0)::bigint as evicted
            from memory_namespace n
            cross join lateral (
                select sum(entries)::bigint as entries, sum(bytes)::bigint as bytes
                from memory_counter where namespace_no = n.namespace_no) c
            cross join lateral (
                select count(*) filter (where dead) as entries, coalesce(sum(size_bytes) filter (where dead), 0)::bigint as bytes,
                       count(*) filter (where not dead) as expiring
                from (select size_bytes, expires_at <= now() as dead from memory_entry
                      where namespace_no = n.namespace_no and expires_at is not null %s) e) x
            left join memory_usage u on u.namespace_no = n.namespace_no
            where n.owner_id = $1 and n.deleted_at is null
            """;

    /** Without counting what will expire, which the index gives only by looking at each. */
    private static final String QUICK_VIEW = VIEW.formatted("and expires_at <= now()");

    private static final String STATISTICS = VIEW.formatted("") + " and n.name = $2";

    Uni<@Nullable Namespace> find(SqlConnection connection, UUID owner, String name) {
        return connection
                .preparedQuery("select " + Namespace.COLUMNS
                        + " from memory_namespace where owner_id = $1 and name = $2 and deleted_at is null")
                .execute(Tuple.of(owner, name))
                .map(rows ->
                        rows.size() == 0 ? null : Namespace.of(rows.iterator().next()));
    }

    /** The same, kept from being changed by others until the transaction ends. */
    Uni<@Nullable Namespace> lock(SqlConnection tx, UUID owner, String name) {
        return tx.preparedQuery("select " + Namespace.COLUMNS
                        + " from memory_namespace where owner_id = $1 and name = $2 and deleted_at is null for update")
                .execute(Tuple.of(owner, name))
                .map(rows ->
                        rows.size() == 0 ? null : Namespace.of(rows.iterator().next()));
    }

    Uni<Namespace> require(SqlConnection connection, UUID owner, String name) {
        return find(connection, owner, name).onItem().ifNull().failWith(() -> ProblemException.notFound("namespace"));
    }

    /** The namespace; created with no limits when there is none. */
    Uni<Namespace> requireOrCreate(SqlConnection tx, UUID owner, String name, int limit) {
        return find(tx, owner, name)
                .chain(found -> found != null
                        ? Uni.createFrom().item(found)
                        : create(tx, owner, name, limit).chain(created -> require(tx, owner, name)));
    }

    /** Makes a namespace unless there is one by now; fails with 409 when the owner has too many. */
    private Uni<Boolean> create(SqlConnection tx, UUID owner, String name, int limit) {
        return tx.preparedQuery("""
                        with made as (
                            insert into memory_namespace (owner_id, name)
                            select $1, $2 where (select count(*) from memory_namespace
                                where owner_id = $1 and deleted_at is null) < $3
                            on conflict (owner_id, name) where deleted_at is null do nothing returning namespace_no),
                        counters as (
                            insert into memory_counter (namespace_no, slot)
                            select namespace_no, generate_series(0, $4 - 1) from made)
                        select exists (select from made) as made,
                               exists (select from memory_namespace
                                   where owner_id = $1 and name = $2 and deleted_at is null) as present,
                               (select count(*) from memory_namespace where owner_id = $1 and deleted_at is null) as owned""")
                .execute(Tuple.of(owner, name, (long) limit, COUNTER_SLOTS))
                .map(rows -> rows.iterator().next())
                .map(row -> {
                    if (!row.getBoolean("made") && !row.getBoolean("present") && row.getLong("owned") >= limit) {
                        throw ProblemException.conflict("You have " + limit + " namespaces, which is the limit.");
                    }
                    return row.getBoolean("made");
                });
    }

    /** Makes a namespace with these settings, or gives them to the one there is; fails with 412 when it is not as expected. */
    Uni<Boolean> put(
            SqlConnection tx, UUID owner, String name, NamespaceSettings wanted, @Nullable String ifMatch, int limit) {
        return create(tx, owner, name, limit)
                .call(created -> tx.preparedQuery("""
                                select version from memory_namespace
                                where owner_id = $1 and name = $2 and deleted_at is null for update""")
                        .execute(Tuple.of(owner, name))
                        .invoke(rows -> {
                            if (created && ifMatch != null) {
                                throw ProblemException.preconditionFailed("There is no such namespace.");
                            }
                            ETags.requireMatch(ifMatch, first(rows).getLong("version"));
                        }))
                .call(created -> tx.preparedQuery("""
                                update memory_namespace set default_ttl_s = $3, sliding = $4, max_entries = $5, max_bytes = $6,
                                    max_value_bytes = $7, eviction = $8, history = $9, history_retention_s = $10,
                                    version = version + 1, updated_at = now()
                                where owner_id = $1 and name = $2 and deleted_at is null""").execute(Tuple.from(new Object[] {
                    owner,
                    name,
                    wanted.defaultTtlS(),
                    Boolean.TRUE.equals(wanted.sliding()),
                    wanted.maxEntries(),
                    wanted.maxBytes(),
                    wanted.maxValueBytes(),
                    wanted.evictionOrDefault().name(),
                    Boolean.TRUE.equals(wanted.history()),
                    wanted.historyRetentionS()
                })));
    }

    /** Marks the entries there are as what may be evicted, or not. */
    Uni<Void> markEvictable(SqlConnection tx, Namespace namespace) {
        return tx.preparedQuery("""
                        update memory_entry set used_at = case when $2 then accessed_at end
                        where namespace_no = $1 and (used_at is not null) <> $2""")
                .execute(Tuple.of(namespace.no(), namespace.eviction() == Eviction.lru))
                .replaceWithVoid();
    }

    Uni<NamespaceView> view(SqlConnection connection, UUID owner, String name) {
        return connection
                .preparedQuery(QUICK_VIEW + " and n.name = $2")
                .execute(Tuple.of(owner, name))
                .map(rows -> NamespaceView.of(first(rows)));
    }

    Uni<NamespaceStatistics> statistics(SqlConnection connection, UUID owner, String name) {
        return connection
                .preparedQuery(STATISTICS)
                .execute(Tuple.of(owner, name))
                .map(rows -> statistics(first(rows)));
    }

    private static NamespaceStatistics statistics(Row row) {
        long hits = row.getLong("hits");
        long reads = hits + row.getLong("misses");
        return new NamespaceStatistics(
                row.getString("name"),
                row.getLong("entries"),
                row.getLong("bytes"),
                row.getLong("expiring"),
                hits,
                row.getLong("misses"),
                reads == 0 ? null : (double) hits / reads,
                row.getLong("expired"),
                row.getLong("evicted"),
                row.getLong("max_entries"),
                row.getLong("max_bytes"));
    }

    /**
     * Namespaces by name, one more than asked for when there is another page.
     *
     * @param depth only names of at most so many segments
     */
    Uni<List<NamespaceView>> list(
            SqlConnection connection, UUID owner, String prefix, int depth, @Nullable String after, int limit) {
        return connection
                .preparedQuery(QUICK_VIEW + """
                         and n.name >= $2 and n.name < $2 || $3 and n.name > $4
                         and length(n.name) - length(replace(n.name, '/', '')) < $5
                         order by n.name limit $6""")
                .execute(Tuple.of(owner, prefix, Names.LAST, after == null ? "" : after, depth, limit + 1))
                .map(rows -> {
                    List<NamespaceView> views = new ArrayList<>(rows.size());
                    rows.forEach(row -> views.add(NamespaceView.of(row)));
                    return views;
                });
    }

    /** Hides a namespace with all it holds, for good. */
    Uni<Void> markDeleted(SqlConnection tx, UUID owner, String name, @Nullable String ifMatch) {
        return tx.preparedQuery("""
                        select namespace_no, version from memory_namespace
                        where owner_id = $1 and name = $2 and deleted_at is null for update""")
                .execute(Tuple.of(owner, name))
                .map(NamespaceRepository::first)
                .invoke(row -> ETags.requireMatch(ifMatch, row.getLong("version")))
                .chain(row -> tx.preparedQuery("update memory_namespace set deleted_at = now() where namespace_no = $1")
                        .execute(Tuple.of(row.getLong("namespace_no"))))
                .replaceWithVoid();
    }

    /** Hides everything of an owner, for good. */
    Uni<Void> markAllDeleted(SqlConnection tx, UUID owner) {
        return tx.preparedQuery(
                        "update memory_namespace set deleted_at = now() where owner_id = $1 and deleted_at is null")
                .execute(Tuple.of(owner))
                .replaceWithVoid();
    }

    private static Row first(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw ProblemException.notFound("namespace");
        }
        return rows.iterator().next();
    }
}
