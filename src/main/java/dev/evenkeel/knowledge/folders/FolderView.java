package dev.evenkeel.knowledge.folders;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.evenkeel.knowledge.DocumentView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A folder that a collection follows.
 *
 * @param path its place on the disk of the service; for administrators only
 * @param state {@code paused}, {@code scanning}, {@code unavailable} (see {@code problem}; nothing is removed meanwhile),
 *     {@code waiting} for a scan, {@code indexing} or {@code current}
 * @param problem why the last scan came to nothing
 * @param watching whether changes are noticed as they happen
 * @param files counts of the files that are known, as they were counted last: at the end of the last scan, and every now and then
 *     while one runs and while documents wait
 * @param lastScan what the last scan that came to its end did
 * @param nextScanAt when the next is due, unless a change is noticed before
 * @param lagS how long, in seconds, the oldest change has waited that no scan has looked for to the end
 * @param scanJobId the scan that waits or runs
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FolderView(
        UUID id,
        UUID collectionId,
        @Nullable String path,
        String pathPrefix,
        List<String> ignoreRules,
        boolean defaultRules,
        boolean gitignore,
        boolean paused,
        String state,
        DocumentView.@Nullable ErrorView problem,
        boolean watching,
        FileCounts files,

        @JsonRawValue @Schema(implementation = Map.class) @Nullable String lastScan,

        @Nullable Instant nextScanAt,
        double lagS,
        @Nullable UUID scanJobId,
        int version,
        Instant createdAt,
        Instant updatedAt) {
    private static final int BASE_BYTES = 2_500;

    /**
     * Files by what became of them.
     *
     * @param known all
     * @param indexed can be searched for
     * @param pending wait for a job
     * @param failed are no documents, or could not be indexed
     * @param gone are not there any more; their documents leave soon
     */
    @RegisterForReflection
    public record FileCounts(long known, long indexed, long pending, long failed, long gone) {}

    static FolderView of(Row row, boolean withPlace) {
        Folder folder = Folder.of(row);
        boolean paused = row.getBoolean("paused");
        String code = row.getString("problem_code");
        JsonObject report = row.getJsonObject("report");
        FileCounts counts = new FileCounts(
                row.getLong("known"),
                row.getLong("indexed"),
                row.getLong("pending"),
                row.getLong("failed"),
                row.getLong("gone"));
        double lagS = paused ? 0 : row.getDouble("lag_s");
        OffsetDateTime due = row.getOffsetDateTime("due_at");
        return new FolderView(
                folder.id(),
                folder.collectionId(),
                withPlace ? folder.root() : null,
                folder.pathPrefix(),
                folder.ignoreRules(),
                folder.defaultRules(),
                folder.gitignore(),
                paused,
                state(paused, row.getString("scan_state"), code, report == null || lagS > 0, counts),
                code == null ? null : new DocumentView.ErrorView(code, String.valueOf(row.getString("problem_detail"))),
                row.getBoolean("watching") && !paused,
                counts,
                report == null ? null : report.encode(),
                paused ? null : due.toInstant(),
                lagS,
                row.getUUID("scan_job_id"),
                folder.version(),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    /** About as many bytes as this takes as JSON. */
    long estimatedBytes() {
        return BASE_BYTES + ignoreRules.stream().mapToLong(String::length).sum();
    }

    private static String state(
            boolean paused, @Nullable String scan, @Nullable String problem, boolean wanting, FileCounts counts) {
        if (paused) {
            return "paused";
        }
        if ("running".equals(scan)) {
            return "scanning";
        }
        if (problem != null) {
            return "unavailable";
        }
        if (scan != null || wanting) {
            return "waiting";
        }
        return counts.pending() > 0 || counts.gone() > 0 ? "indexing" : "current";
    }
}
