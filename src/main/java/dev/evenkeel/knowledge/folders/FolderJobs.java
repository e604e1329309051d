package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** The jobs of folders: at most one scan of a folder waits or runs, whoever asks for it. */
@ApplicationScoped
class FolderJobs {
    static final String SCAN = "knowledge.scan-folder";
    static final String REMOVE = "knowledge.unbind-folder";

    private static final String FOLDER = "folder_id";
    private static final String DOCUMENTS = "documents";

    private final JobQueue queue;

    FolderJobs(JobQueue queue) {
        this.queue = queue;
    }

    Uni<Void> scan(SqlConnection tx, List<Folder> folders) {
        return queue.enqueueAll(
                        tx,
                        folders.stream()
                                .map(folder -> job(SCAN, folder, new JsonObject()))
                                .toList())
                .replaceWithVoid();
    }

    /** Ends the scan that waits or runs; nothing more of it is stored. */
    Uni<Void> stopScan(SqlConnection tx, UUID folderId) {
        return queue.cancelBySubject(tx, folderId).replaceWithVoid();
    }

    /** Forgets the files of a folder that is unbound, with their documents or without. */
    Uni<UUID> remove(SqlConnection tx, Folder folder, boolean documents) {
        return queue.enqueue(tx, job(REMOVE, folder, new JsonObject().put(DOCUMENTS, documents)));
    }

    /** To be called after the commit. */
    void announce() {
        queue.announce();
    }

    private static NewJob job(String kind, Folder folder, JsonObject payload) {
        String id = folder.id().toString();
        return new NewJob(kind, payload.put(FOLDER, id), JobPriority.NORMAL, id, folder.id(), folder.within());
    }

    static UUID folderId(JsonObject payload) {
        return UUID.fromString(payload.getString(FOLDER));
    }

    static boolean withDocuments(JsonObject payload) {
        return payload.getBoolean(DOCUMENTS);
    }
}
