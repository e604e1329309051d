package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of reports and their findings. */
@ApplicationScoped
class MaintenanceReports {
    /** Findings that a report keeps; its counts are exact beyond them. */
    static final int MAX_FINDINGS = 1_000;

    /** Reports that a collection keeps. */
    private static final int KEPT = 50;

    /** Where a report stands. */
    record State(
            UUID collectionId,
            MaintenanceOperation operation,
            boolean dryRun,
            @Nullable String stage,
            JsonObject place,
            Map<String, Long> counts,
            int findings) {

        State after(String newStage, Progress progress, JsonObject whenDone) {
            Map<String, Long> sums = new TreeMap<>(counts);
            progress.counts().forEach((name, count) -> sums.merge(name, count, Long::sum));
            for (Finding finding : progress.findings()) {
                sums.merge("findings", 1L, Long::sum);
                sums.merge("findings_" + finding.kind(), 1L, Long::sum);
            }
            JsonObject next = progress.next();
            return new State(
                    collectionId,
                    operation,
                    dryRun,
                    newStage,
                    next == null ? whenDone : next,
                    sums,
                    findings + progress.findings().size());
        }
    }

    /** Begins a report; false when the job has one, because it was there before. */
    Uni<Boolean> create(
            SqlConnection tx, UUID jobId, UUID collectionId, MaintenanceOperation operation, boolean dryRun) {
        return tx.preparedQuery("""
                        insert into maintenance_report (job_id, collection_id, operation, dry_run)
                        values ($1, $2, $3, $4) on conflict do nothing""")
                .execute(Tuple.of(jobId, collectionId, operation.wireName(), dryRun))
                .map(rows -> rows.rowCount() == 1)
                .call(() -> tx.preparedQuery("""
                                delete from maintenance_report where collection_id = $1 and job_id not in (
                                  select job_id from maintenance_report where collection_id = $1
                                  order by job_id desc limit $2)""").execute(Tuple.of(collectionId, KEPT)));
    }

    /** The state of the report of a job, or null when it is gone. */
    Uni<@Nullable State> find(SqlConnection connection, UUID jobId) {
        return connection.preparedQuery("""
                        select collection_id, operation, dry_run, stage, place, counts, finding_count
                        from maintenance_report where job_id = $1""").execute(Tuple.of(jobId)).map(rows -> {
            for (Row row : rows) {
                return new State(
                        row.getUUID("collection_id"),
                        MaintenanceOperation.ofWireName(row.getString("operation")),
                        row.getBoolean("dry_run"),
                        row.getString("stage"),
                        row.getJsonObject("place"),
                        counts(row.getJsonObject("counts")),
                        row.getInteger("finding_count"));
            }
            return null;
        });
    }

    private static Map<String, Long> counts(JsonObject json) {
        Map<String, Long> counts = new TreeMap<>();
        json.forEach(entry -> counts.put(entry.getKey(), ((Number) entry.getValue()).longValue()));
        return counts;
    }

    /** Stores what a batch came to; false when the report is gone, with its collection. */
    Uni<Boolean> save(SqlConnection tx, UUID jobId, State before, State next, List<Finding> findings) {
        JsonObject counts = new JsonObject();
        next.counts().forEach(counts::put);
        return tx.preparedQuery("""
                        update maintenance_report set stage = $2, place = $3, counts = $4, finding_count = $5
                        where job_id = $1""")
                .execute(Tuple.of(jobId, next.stage(), next.place(), counts, next.findings()))
                .chain(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().item(false)
                        : write(tx, jobId, before.findings(), findings).replaceWith(true));
    }

    private static Uni<Void> write(SqlConnection tx, UUID jobId, int before, List<Finding> findings) {
        int room = Math.max(0, Math.min(findings.size(), MAX_FINDINGS - before));
        if (room == 0) {
            return Uni.createFrom().voidItem();
        }
        List<Integer> numbers = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (Finding finding : findings.subList(0, room)) {
            numbers.add(before + numbers.size());
            texts.add(finding.json().encode());
        }
        return tx.preparedQuery("""
                        insert into maintenance_finding (job_id, no, finding)
                        select $1, no, finding::jsonb from unnest($2::int[], $3::text[]) as given(no, finding)""")
                .execute(Tuple.of(jobId, numbers.toArray(Integer[]::new), texts.toArray(String[]::new)))
                .replaceWithVoid();
    }

    /** Makes a report as it was at its beginning. */
    Uni<Void> reset(SqlConnection tx, UUID jobId) {
        return tx.preparedQuery("delete from maintenance_finding where job_id = $1")
                .execute(Tuple.of(jobId))
                .chain(() -> tx.preparedQuery("""
                                update maintenance_report set stage = null, place = '{}', counts = '{}', finding_count = 0
                                where job_id = $1""").execute(Tuple.of(jobId)))
                .replaceWithVoid();
    }

    Uni<Void> finish(SqlConnection tx, UUID jobId) {
        return tx.preparedQuery("update maintenance_report set finished_at = now() where job_id = $1")
                .execute(Tuple.of(jobId))
                .replaceWithVoid();
    }

    /**
     * A report with its findings.
     *
     * @param jobId null for the latest
     * @param operation null for any
     */
    Uni<MaintenanceReport> view(
            SqlConnection connection,
            Reach reach,
            UUID collectionId,
            @Nullable UUID jobId,
            @Nullable MaintenanceOperation operation) {
        SqlConditions conditions = reach.restrict(
                new SqlConditions().and("c.deleted_at is null").and("c.id = $", collectionId), "c.owner_id", "c.id");
        if (jobId != null) {
            conditions.and("r.job_id = $", jobId);
        }
        if (operation != null) {
            conditions.and("r.operation = $", operation.wireName());
        }
        return connection
                .preparedQuery("""
                        select r.job_id, r.collection_id, r.operation, r.dry_run, r.stage, r.counts, r.finding_count,
                               r.created_at, r.finished_at, j.state, j.error_message
                        from maintenance_report r join collection c on c.id = r.collection_id
                        left join job j on j.id = r.job_id%s order by r.job_id desc limit 1""".formatted(conditions.where()))
                .execute(conditions.tuple())
                .chain(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("report");
                    }
                    Row row = rows.iterator().next();
                    return findings(connection, row.getUUID("job_id"))
                            .map(found -> MaintenanceReport.of(row, counts(row.getJsonObject("counts")), found));
                });
    }

    private static Uni<List<Finding>> findings(SqlConnection connection, UUID jobId) {
        return connection
                .preparedQuery("select finding from maintenance_finding where job_id = $1 order by no")
                .execute(Tuple.of(jobId))
                .map(rows -> {
                    List<Finding> findings = new ArrayList<>(rows.size());
                    rows.forEach(row -> findings.add(Finding.of(row.getJsonObject(0))));
                    return findings;
                });
    }
}
