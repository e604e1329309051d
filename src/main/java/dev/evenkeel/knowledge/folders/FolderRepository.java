package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about folders, those about their files aside. */
@ApplicationScoped
class FolderRepository {
    private static final String FROM = " from folder f join collection c on c.id = f.collection_id";
    private static final String LIVE = "f.deleted_at is null and c.deleted_at is null";

    private static final String ACTIVE_SCAN = "select j.id, j.state from job j where j.kind = '" + FolderJobs.SCAN
            + "' and j.unique_key = f.id::text and j.state in ('queued', 'running') and not j.cancel_requested";

    private static final String VIEW = """
            select %s, f.paused, f.created_at, f.updated_at, f.next_scan_at, f.problem_code, f.problem_detail, f.report,
                   f.watching and f.watcher_until > now() as watching, scan.id as scan_job_id, scan.state as scan_state,
                   greatest(0, extract(epoch from now() - least(f.requested_at, f.scanning_since)))::float8 as lag_s,
                   greatest(least(f.requested_at, f.next_scan_at), f.rest_until) as due_at,
                   %s
            %s left join lateral (%s limit 1) scan on true
            """.formatted(Folder.COLUMNS, FolderCounts.COLUMNS, FROM, ACTIVE_SCAN);

    private static final String INSERT = """
            insert into folder (id, collection_id, root, path_prefix, ignore_rules, default_rules, gitignore, paused)
            values ($1, $2, $3, $4, $5, $6, $7, $8)""";

    /**
     * The switches of a scan are for the one that begins next; a rest until {@code -infinity} says that somebody asked for it, so
     * that it is found at the end whether that happened meanwhile.
     */
    private static final String BEGIN = """
            update folder f set scanning_since = least(coalesce(f.requested_at, now()), now(), f.scanning_since),
                requested_at = case when f.requested_at > now() then f.requested_at end, rest_until = null,
                files_count_due = now()
            from collection c
            where c.id = f.collection_id and f.id = $1 and not f.paused and %s
            returning %s, now() as began""".formatted(LIVE, Folder.COLUMNS);

    /**
     * A large folder rests three times as long as its scan took; once as long when it is known that another look is needed, not at
     * all when somebody has asked for one.
     */
    private static final String END = """
            update folder f set scanning_since = null, problem_code = $2, problem_detail = $3, report = coalesce($4, report),
                verify = verify and not $5, accept_empty = accept_empty and not $6,
                next_scan_at = now() + make_interval(secs => $7),
                rest_until = case when rest_until = '-infinity' then null
                    else now() + case when $9::float8 is null then 3 else 1 end * make_interval(secs => $8) end,
                requested_at = least(requested_at, now() + make_interval(secs => $9)),
                files_count_due = case when n.pending > 0 then now() end, %s
            from %s n where f.id = $1""".formatted(FolderCounts.KEEP, FolderCounts.COUNTED);

    /** What somebody has asked for meanwhile is kept for the next scan, which does not wait then. */
    private static final String ABANDONED = """
            update folder set requested_at = least(requested_at, scanning_since, now()), scanning_since = null,
                problem_code = $2, problem_detail = $3, accept_empty = accept_empty and not $5,
                rest_until = case when rest_until is distinct from '-infinity' then now() + make_interval(secs => $4) end
            where id = $1""";

    private static final String LEFT = ABANDONED + " and watcher = $6";

    private static final String LEASE = """
            with mine as (
                select f.id, f.watcher is not distinct from $1 as mine %s
                where %s and not f.paused
                  and (f.watcher is not distinct from $1 or f.watcher_until is null or f.watcher_until < now())
                  and f.id <> all($5)
                order by f.id limit $3 for update of f skip locked)
            update folder f set watcher = $1, watcher_until = now() + make_interval(secs => $2),
                watching = f.watching and mine.mine,
                requested_at = case when $4 and not mine.mine then least(f.requested_at, now()) else f.requested_at end
            from mine, collection c where f.id = mine.id and c.id = f.collection_id returning %s""".formatted(FROM, LIVE, Folder.COLUMNS);

    private static final String DUE = """
            select %s %s
            where f.watcher = $1 and %s and not f.paused and least(f.requested_at, f.next_scan_at) <= now()
              and (f.rest_until is null or f.rest_until <= now()) and not exists (%s)
            order by f.next_scan_at limit $2""".formatted(Folder.COLUMNS, FROM, LIVE, ACTIVE_SCAN);

    private static SqlConditions reached(Reach reach, UUID collectionId) {
        return reach.restrict(
                new SqlConditions().and(LIVE).and("f.collection_id = $", collectionId),
                "c.owner_id",
                "f.collection_id");
    }

    /** Binds a folder; fails with 409 when the collection follows it already. */
    Uni<Void> insert(SqlConnection tx, UUID id, UUID collectionId, String root, FolderSettings settings) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    id,
                    collectionId,
                    root,
                    settings.pathPrefix(),
                    settings.ignoreRules().toArray(String[]::new),
                    settings.defaultRules(),
                    settings.gitignore(),
                    settings.paused()
                }))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> ProblemException.conflict("The collection follows this folder already."))
                .replaceWithVoid();
    }

    Uni<Long> count(SqlConnection tx, UUID collectionId) {
        return tx.preparedQuery("select count(*) from folder where collection_id = $1 and deleted_at is null")
                .execute(Tuple.of(collectionId))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Fails with 404 when it is not there or beyond reach. */
    Uni<FolderView> view(SqlConnection connection, Reach reach, UUID collectionId, UUID id, boolean withPlace) {
        SqlConditions conditions = reached(reach, collectionId).and("f.id = $", id);
        return connection
                .preparedQuery(VIEW + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> FolderView.of(first(rows), withPlace));
    }

    /** Newest first, one more than asked for when there is another page. */
    Uni<List<FolderView>> list(
            SqlConnection connection,
            Reach reach,
            UUID collectionId,
            int limit,
            @Nullable UUID before,
            boolean withPlace) {
        SqlConditions conditions = reached(reach, collectionId);
        if (before != null) {
            conditions.and("f.id < $", before);
        }
        String sql = VIEW + conditions.where() + " order by f.id desc limit " + conditions.parameter(limit + 1);
        return connection.preparedQuery(sql).execute(conditions.tuple()).map(rows -> {
            List<FolderView> views = new ArrayList<>(rows.size());
            rows.forEach(row -> views.add(FolderView.of(row, withPlace)));
            return views;
        });
    }

    /** The folder, locked until the transaction ends; fails with 404 when it is not there or beyond reach. */
    Uni<Folder> requireForWriting(SqlConnection tx, Reach reach, UUID collectionId, UUID id) {
        SqlConditions conditions = reached(reach, collectionId).and("f.id = $", id);
        return tx.preparedQuery("select " + Folder.COLUMNS + FROM + conditions.where() + " for no key update of f")
                .execute(conditions.tuple())
                .map(rows -> Folder.of(first(rows)));
    }

    /** Fails with 404 when it is not there or beyond reach. */
    Uni<Void> requireExists(SqlConnection connection, Reach reach, UUID collectionId, UUID id) {
        SqlConditions conditions = reached(reach, collectionId).and("f.id = $", id);
        return connection
                .preparedQuery("select 1" + FROM + conditions.where())
                .execute(conditions.tuple())
                .map(FolderRepository::first)
                .replaceWithVoid();
    }

    private static Row first(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw ProblemException.notFound("folder");
        }
        return rows.iterator().next();
    }

    /** Changes what is given and asks for a scan. */
    Uni<Void> change(SqlConnection tx, UUID id, FolderChange change) {
        return tx.preparedQuery("""
                        update folder set paused = coalesce($2, paused), ignore_rules = coalesce($3, ignore_rules),
                          default_rules = coalesce($4, default_rules), gitignore = coalesce($5, gitignore),
                          version = version + 1, updated_at = now(), requested_at = least(requested_at, now()),
                          rest_until = '-infinity'
                        where id = $1""")
                .execute(Tuple.from(new Object[] {
                    id,
                    change.paused(),
                    change.ignoreRules() == null ? null : change.ignoreRules().toArray(String[]::new),
                    change.defaultRules(),
                    change.gitignore()
                }))
                .replaceWithVoid();
    }

    /** Asks for a scan, at the latest when the one under way has ended. */
    Uni<Void> request(SqlConnection tx, UUID id, boolean verify, boolean acceptEmpty) {
        return tx.preparedQuery("""
                        update folder set requested_at = least(requested_at, now()), rest_until = '-infinity',
                          verify = verify or $2, accept_empty = accept_empty or $3 where id = $1""").execute(Tuple.of(id, verify, acceptEmpty)).replaceWithVoid();
    }

    /** Notes that something has changed in these folders. */
    Uni<Void> changed(SqlConnection tx, List<UUID> ids) {
        return tx.preparedQuery("update folder set requested_at = least(requested_at, now()) where id = any($1)")
                .execute(Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new)))
                .replaceWithVoid();
    }

    /** Hides the folder for good. */
    Uni<Void> markDeleted(SqlConnection tx, UUID id) {
        return tx.preparedQuery("update folder set deleted_at = now(), updated_at = now() where id = $1")
                .execute(Tuple.of(id))
                .replaceWithVoid();
    }

    Uni<Void> delete(SqlConnection tx, UUID id) {
        return tx.preparedQuery("delete from folder where id = $1")
                .execute(Tuple.of(id))
                .replaceWithVoid();
    }

    /**
     * A folder whose scan has begun.
     *
     * @param at when, by the clock of the database
     */
    record Begun(Folder folder, OffsetDateTime at) {}

    /** A scan begins: what was asked for until now is its business. Nothing when the folder is paused or gone. */
    Uni<Optional<Begun>> begin(SqlConnection tx, UUID id) {
        return tx.preparedQuery(BEGIN).execute(Tuple.of(id)).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            return Optional.of(new Begun(Folder.of(row), row.getOffsetDateTime("began")));
        });
    }

    /**
     * How a scan has ended.
     *
     * @param report what it did; the one before stays when it is null
     * @param next time until the next regular scan
     * @param took how long it took
     * @param again time until a scan that is needed anyway, or null
     * @param emptied whether what was said of an empty folder has been done
     */
    record End(
            @Nullable String problemCode,
            @Nullable String problemDetail,
            @Nullable JsonObject report,
            Duration next,
            Duration took,
            @Nullable Duration again,
            boolean emptied) {}

    Uni<Void> end(SqlConnection tx, Folder folder, End end) {
        return tx.preparedQuery(END)
                .execute(Tuple.from(new Object[] {
                    folder.id(),
                    end.problemCode(),
                    end.problemDetail(),
                    end.report(),
                    folder.verify(),
                    end.emptied(),
                    seconds(end.next()),
                    seconds(end.took()),
                    end.again() == null ? null : seconds(end.again())
                }))
                .replaceWithVoid();
    }

    /**
     * A scan ended without having seen everything: the changes that it was to look for wait for the next, and what was said to it of
     * an empty folder is not believed of another one later.
     *
     * @param toldOfEmpty whether it was told, or may have been, that the folder is meant to be empty
     */
    Uni<Void> abandoned(SqlConnection tx, UUID id, String code, String detail, Duration retry, boolean toldOfEmpty) {
        return tx.preparedQuery(ABANDONED)
                .execute(Tuple.of(id, code, detail, seconds(retry), toldOfEmpty))
                .replaceWithVoid();
    }

    /** The same of a folder that a replica keeps, whose disk does not answer there; nothing when somebody else keeps it. */
    Uni<Void> left(SqlConnection tx, UUID id, UUID watcher, FolderUnavailable why, Duration retry) {
        return tx.preparedQuery(LEFT)
                .execute(Tuple.of(id, why.code(), why.detail(), seconds(retry), true)
                        .addUUID(watcher))
                .replaceWithVoid();
    }

    /**
     * The folders that this replica keeps from now on.
     *
     * @param scan whether those that are new to it are to be scanned
     * @param except folders that it does not keep any longer than it has to, and does not take
     */
    Uni<List<Folder>> lease(
            SqlConnection tx, UUID watcher, Duration lease, int limit, boolean scan, Collection<UUID> except) {
        return tx.preparedQuery(LEASE)
                .execute(Tuple.of(watcher, seconds(lease), limit, scan, except.toArray(UUID[]::new)))
                .map(FolderRepository::folders);
    }

    Uni<Void> release(SqlConnection tx, UUID watcher) {
        return tx.preparedQuery("update folder set watcher_until = null, watching = false where watcher = $1")
                .execute(Tuple.of(watcher))
                .replaceWithVoid();
    }

    /** Notes which of the folders of a replica are watched in full. */
    Uni<Void> watching(SqlConnection tx, UUID watcher, List<UUID> watched) {
        return tx.preparedQuery("""
                        update folder set watching = id = any($2)
                        where watcher = $1 and watching is distinct from (id = any($2))""")
                .execute(Tuple.tuple().addUUID(watcher).addArrayOfUUID(watched.toArray(UUID[]::new)))
                .replaceWithVoid();
    }

    /** The folders of this replica whose time for a scan has come. */
    Uni<List<Folder>> due(SqlConnection tx, UUID watcher, int limit) {
        return tx.preparedQuery(DUE).execute(Tuple.of(watcher, limit)).map(FolderRepository::folders);
    }

    /** The longest time, in seconds, that a change in a folder of this replica has waited for the end of a scan. */
    Uni<Double> lag(SqlConnection tx, UUID watcher) {
        return tx.preparedQuery("""
                        select coalesce(max(greatest(0, extract(epoch from
                                   now() - least(requested_at, scanning_since)))), 0)::float8
                        from folder where watcher = $1 and deleted_at is null and not paused""")
                .execute(Tuple.of(watcher))
                .map(rows -> rows.iterator().next().getDouble(0));
    }

    private static List<Folder> folders(RowSet<Row> rows) {
        List<Folder> folders = new ArrayList<>(rows.size());
        rows.forEach(row -> folders.add(Folder.of(row)));
        return folders;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
