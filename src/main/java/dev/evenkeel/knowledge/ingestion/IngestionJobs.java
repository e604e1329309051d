package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Puts documents in the queue. */
@ApplicationScoped
public class IngestionJobs {
    public static final String KIND = "knowledge.ingest";

    private static final int DOCUMENTS_AT_ONCE = 500;

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
        return queue.enqueue(tx, job(payload, within, priority))
                .call(jobId -> tx.preparedQuery("update document set job_id = $2 where id = $1")
                        .execute(Tuple.of(documentId, jobId)));
    }

    private static NewJob job(Payload payload, Reach within, JobPriority priority) {
        // One active job a revision; an older revision's job finds itself superseded and ends.
        String uniqueKey = payload.documentId() + ":" + payload.revision();
        return new NewJob(KIND, payload.json(), priority, uniqueKey, payload.documentId(), within);
    }

    /** Jobs that make all documents of a collection searchable, which has none yet, in the order of their ids. */
    public Uni<Void> enqueueAll(SqlConnection tx, UUID collectionId, Reach within, JobPriority priority) {
        return enqueueAfter(tx, collectionId, new UUID(0, 0), within, priority);
    }

    private Uni<Void> enqueueAfter(
            SqlConnection tx, UUID collectionId, UUID after, Reach within, JobPriority priority) {
        return tx.preparedQuery(
                        "select id, revision from document where collection_id = $1 and id > $2 order by id limit $3")
                .execute(Tuple.of(collectionId, after, DOCUMENTS_AT_ONCE))
                .chain(rows -> {
                    if (rows.size() == 0) {
                        return Uni.createFrom().voidItem();
                    }
                    List<UUID> documents = new ArrayList<>(rows.size());
                    List<NewJob> jobs = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        documents.add(row.getUUID("id"));
                        jobs.add(job(
                                new Payload(row.getUUID("id"), row.getInteger("revision"), false), within, priority));
                    }
                    return queue.enqueueAll(tx, jobs)
                            .chain(ids -> tx.preparedQuery("""
                                            update document d set job_id = given.job_id
                                            from unnest($1::uuid[], $2::uuid[]) as given(id, job_id) where d.id = given.id""")
                                    .execute(Tuple.of(documents.toArray(UUID[]::new), ids.toArray(UUID[]::new))))
                            .chain(() -> enqueueAfter(
                                    tx, collectionId, documents.get(documents.size() - 1), within, priority));
                });
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
