package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.UUID;

/** Puts documents in the queue. */
@ApplicationScoped
public class IngestionJobs {
    public static final String KIND = "knowledge.ingest";

    private final JobQueue queue;

    IngestionJobs(JobQueue queue) {
        this.queue = queue;
    }

    /** A job that makes the revision searchable, noted at the document; in the transaction that stores the revision. */
    public Uni<UUID> enqueue(SqlConnection tx, UUID documentId, int revision, Reach within, JobPriority priority) {
        return enqueue(tx, documentId, new Payload(documentId, revision, false), within, priority);
    }

    /** A job that indexes a revision anew although it is indexed. */
    public Uni<UUID> enqueueAgain(SqlConnection tx, UUID documentId, int revision, Reach within) {
        return enqueueAgain(tx, documentId, revision, within, JobPriority.NORMAL);
    }

    /** The same with another priority. */
    public Uni<UUID> enqueueAgain(SqlConnection tx, UUID documentId, int revision, Reach within, JobPriority priority) {
        return enqueue(tx, documentId, new Payload(documentId, revision, true), within, priority);
    }

    private Uni<UUID> enqueue(SqlConnection tx, UUID documentId, Payload payload, Reach within, JobPriority priority) {
        // One active job a revision; an older revision's job finds itself superseded and ends.
        String uniqueKey = documentId + ":" + payload.revision();
        return queue.enqueue(tx, new NewJob(KIND, payload.json(), priority, uniqueKey, documentId, within))
                .call(jobId -> tx.preparedQuery("update document set job_id = $2 where id = $1")
                        .execute(Tuple.of(documentId, jobId)));
    }

    /** To be called after the commit, so that a runner looks at once. */
    public void announce() {
        queue.announce();
    }

    /** The priority of a name. */
    public static JobPriority priority(String name) {
        try {
            return JobPriority.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("priority", "is one of urgent, high, normal, low");
        }
    }

    /** What an ingestion job is told. */
    record Payload(UUID documentId, int revision, boolean again) {
        static Payload of(JsonObject json) {
            return new Payload(
                    UUID.fromString(json.getString("document_id")),
                    json.getInteger("revision"),
                    json.getBoolean("again", false));
        }

        JsonObject json() {
            return new JsonObject()
                    .put("document_id", documentId.toString())
                    .put("revision", revision)
                    .put("again", again);
        }
    }
}
