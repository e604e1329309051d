package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.DocumentState;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobService;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The ingestion of the knowledge base: how much waits, what is at work, and its switches. */
@ApplicationScoped
public class RagKbQueue {
    private static final int MAX_NAMES = 100;

    /** States of documents that are indexed or just being indexed. */
    private static final Set<String> DONE = Set.of(
            DocumentState.COMPLETED.wireName(),
            DocumentState.SEARCHABLE.wireName(),
            DocumentState.PROCESSING.wireName());

    /** Replicas that run jobs finish recurring ones all the time. */
    private static final String STATUS = """
            select coalesce((select paused from job_kind where kind = $1), false) as paused,
                   count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'running') as running,
                   exists (select from recurring_job where last_finished_at > now() - interval '10 minutes') as working
            from job where kind = $1 and collection_id = $2 and state in ('queued', 'running')
            """;

    /** A job that has swapped the text into the index is at work on its vectors. */
    private static final String ACTIVE = """
            select coalesce(regexp_replace(d.source_path, '^.*/', ''), d.title) as name, d.state = 'searchable' as embedding
            from job j join document d on d.id = j.subject_id
            where j.kind = $1 and j.collection_id = $2 and j.state = 'running' order by j.seq limit $3
            """;

    private final Database database;
    private final RagKbCollection collection;
    private final RagKbDocuments documents;
    private final JobService jobs;
    private final boolean runsJobs;

    RagKbQueue(
            Database database,
            RagKbCollection collection,
            RagKbDocuments documents,
            JobService jobs,
            ReplicaConfig replica) {
        this.database = database;
        this.collection = collection;
        this.documents = documents;
        this.jobs = jobs;
        this.runsJobs = replica.runsJobs();
    }

    /**
     * How the queue is.
     *
     * @param queued documents that wait
     * @param running documents that are being indexed, by any replica
     * @param working whether a replica is known to index documents
     */
    record Status(long queued, boolean paused, long running, boolean working) {}

    /** Names of documents that are being indexed, by what is being done. */
    record Active(Status status, List<String> reading, List<String> embedding) {}

    Uni<Status> status(Caller caller) {
        return collection.within(caller.reading()).chain(this::statusOf);
    }

    private Uni<Status> statusOf(UUID id) {
        return database.readSql(
                        connection -> connection.preparedQuery(STATUS).execute(Tuple.of(IngestionJobs.KIND, id)))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Status(
                            row.getLong("queued"),
                            row.getBoolean("paused"),
                            row.getLong("running"),
                            runsJobs || row.getBoolean("working"));
                });
    }

    Uni<Active> active(Caller caller) {
        return collection
                .within(caller.reading())
                .chain(id -> statusOf(id)
                        .chain(status -> database.readSql(connection -> connection
                                        .preparedQuery(ACTIVE)
                                        .execute(Tuple.of(IngestionJobs.KIND, id, MAX_NAMES)))
                                .map(rows -> {
                                    List<String> reading = new ArrayList<>();
                                    List<String> embedding = new ArrayList<>();
                                    rows.forEach(row -> (row.getBoolean("embedding") ? embedding : reading)
                                            .add(row.getString("name")));
                                    return new Active(status, reading, embedding);
                                })));
    }

    /** Lets documents wait, those of all collections, or go on; for administrators. */
    Uni<Status> pause(Caller caller, boolean paused) {
        caller.requireAdministrator();
        return collection
                .within(caller.writing())
                .call(() -> jobs.pause(IngestionJobs.KIND, paused))
                .chain(this::statusOf);
    }

    /** Cancels what waits in the knowledge base. */
    Uni<Status> clear(Caller caller) {
        return collection
                .within(caller.writing())
                .call(id -> jobs.clear(IngestionJobs.KIND, Reach.ofCollection(id)))
                .chain(this::statusOf);
    }

    /**
     * What asking for priority came to.
     *
     * @param queued whether the document waits in front of others now
     */
    record Priority(Status status, boolean queued) {}

    /**
     * Puts a document that waits in front of the others, one that could not be indexed too; with force, also one that is indexed.
     *
     * @throws ProblemException (as failure) 404, or 409 when its bytes are not here or in quarantine
     */
    Uni<Priority> prioritise(Caller caller, String path, boolean force) {
        return documents
                .required(caller, path)
                .chain(entry -> {
                    UUID jobId = entry.jobId();
                    if (entry.state().equals(DocumentState.QUEUED.wireName()) && jobId != null) {
                        return jobs.raise(jobId, JobPriority.HIGH).replaceWith(true);
                    }
                    return force || !DONE.contains(entry.state())
                            ? reindex(caller, path).replaceWith(true)
                            : Uni.createFrom().item(false);
                })
                .chain(queued -> status(caller).map(status -> new Priority(status, queued)));
    }

    /** Fails with 404 when there is no document of that path. */
    Uni<Void> exists(Caller caller, String path) {
        return documents.required(caller, path).replaceWithVoid();
    }

    /** Indexes a document again before those of normal priority. */
    Uni<Status> reindexed(Caller caller, String path) {
        return reindex(caller, path).chain(() -> status(caller));
    }

    private Uni<Void> reindex(Caller caller, String path) {
        return documents.reindex(caller, path).chain(view -> {
            UUID jobId = view.jobId();
            return jobId == null ? Uni.createFrom().voidItem() : jobs.raise(jobId, JobPriority.HIGH);
        });
    }
}
