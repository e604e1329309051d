package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.CollectionRepository;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked of maintenance. */
@ApplicationScoped
class MaintenanceService {
    private final Database database;
    private final CollectionRepository collections;
    private final MaintenanceReports reports;
    private final Completeness completeness;
    private final JobQueue queue;

    MaintenanceService(
            Database database,
            CollectionRepository collections,
            MaintenanceReports reports,
            Completeness completeness,
            JobQueue queue) {
        this.database = database;
        this.collections = collections;
        this.reports = reports;
        this.completeness = completeness;
        this.queue = queue;
    }

    /**
     * Queues maintenance of a collection.
     *
     * @return the report as it begins
     * @throws ProblemException (as failure) 400 without {@code dry_run} where something could change, or with what the operation does
     *     not take; 404; 409 while other maintenance of the collection is under way
     */
    Uni<MaintenanceReport> start(
            Caller caller, UUID collectionId, MaintenanceOperation operation, MaintenanceRequest request) {
        Reach reach = caller.managing();
        boolean dryRun = check(operation, request);
        return database.writeSql(tx -> collections
                        .requireForWriting(tx, reach, collectionId)
                        .chain(collection -> queue.enqueue(
                                tx,
                                new NewJob(
                                        MaintenanceJob.KIND,
                                        MaintenanceJob.payload(options(request)),
                                        JobPriority.LOW,
                                        collectionId.toString(),
                                        collectionId,
                                        collection.within())))
                        .call(jobId -> reports.create(tx, jobId, collectionId, operation, dryRun)
                                .invoke(created -> {
                                    if (!created) {
                                        throw ProblemException.conflict(
                                                "Maintenance of the collection is under way: job " + jobId + ".");
                                    }
                                }))
                        .chain(jobId -> reports.view(tx, reach, collectionId, jobId, null)))
                .invoke(queue::announce);
    }

    /** Checks what does not go together; whether the run may change nothing. */
    private static boolean check(MaintenanceOperation operation, MaintenanceRequest request) {
        boolean duplicates = operation == MaintenanceOperation.DUPLICATES;
        boolean reChunk = operation == MaintenanceOperation.RE_CHUNK;
        if (request.remove() != null && !(duplicates && request.remove().equals("documents"))) {
            throw ProblemException.invalid("remove", "is \"documents\", and of duplicates only");
        }
        if (!reChunk && (request.documentIds() != null || request.all() != null)) {
            throw ProblemException.invalid(
                    request.documentIds() != null ? "document_ids" : "all", "is a parameter of re-chunk only");
        }
        if (request.documentIds() != null && Boolean.TRUE.equals(request.all())) {
            throw ProblemException.invalid("all", "does not go together with document_ids");
        }
        boolean changesNothing = operation == MaintenanceOperation.INTEGRITY || duplicates && request.remove() == null;
        if (request.dryRun() == null && !changesNothing) {
            throw ProblemException.invalid("dry_run", "must be true (report only) or false (change)");
        }
        return changesNothing || Boolean.TRUE.equals(request.dryRun());
    }

    private static JsonObject options(MaintenanceRequest request) {
        JsonObject options = new JsonObject();
        if (request.remove() != null) {
            options.put("remove", request.remove());
        }
        if (request.documentIds() != null) {
            JsonArray ids = new JsonArray();
            request.documentIds().forEach(id -> ids.add(id.toString()));
            options.put("document_ids", ids);
        }
        return options.put("all", Boolean.TRUE.equals(request.all()));
    }

    /** A report: of a job, or the latest. */
    Uni<MaintenanceReport> report(
            Caller caller, UUID collectionId, @Nullable UUID jobId, @Nullable MaintenanceOperation operation) {
        Reach reach = caller.overseeing();
        return database.readSql(connection -> reports.view(connection, reach, collectionId, jobId, operation));
    }

    /** What a collection lacks, at this moment. */
    Uni<CompletenessReport> completeness(Caller caller, UUID collectionId) {
        Reach reach = caller.overseeing();
        return database.readSql(connection -> completeness.report(connection, reach, collectionId));
    }
}
