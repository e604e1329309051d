package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Forgets the files of a folder that is unbound, with their documents or without, and then the folder. */
@ApplicationScoped
class FolderRemoval implements JobHandler {
    private static final String FILES = "files";
    private static final int FILES_PER_ROUND = 100;
    private static final int FORGOTTEN_PER_STEP = 2_000;

    private final Database database;
    private final FolderRepository folders;
    private final KnownFiles files;
    private final FileSync sync;

    FolderRemoval(Database database, FolderRepository folders, KnownFiles files, FileSync sync) {
        this.database = database;
        this.folders = folders;
        this.files = files;
        this.sync = sync;
    }

    @Override
    public String kind() {
        return FolderJobs.REMOVE;
    }

    @Override
    public List<String> stages() {
        return List.of(FILES);
    }

    @Override
    public Uni<Void> run(JobRun run) {
        UUID id = FolderJobs.folderId(run.payload());
        AtomicLong done = new AtomicLong();
        return database.bulkSql(tx -> unbound(tx, id))
                .chain(folder -> folder.isEmpty() || !FolderJobs.withDocuments(run.payload())
                        ? Uni.createFrom().voidItem()
                        : removeDocuments(run, folder.get(), done)
                                // The collection is gone, and its documents with it.
                                .onFailure(FolderRemoval::isNotFound)
                                .recoverWithNull())
                .chain(() -> forget(run, id, done))
                .chain(() -> run.finish(tx -> folders.delete(tx, id)));
    }

    private static Uni<Optional<Folder>> unbound(SqlConnection tx, UUID id) {
        return tx.preparedQuery("select " + Folder.COLUMNS
                        + " from folder f join collection c on c.id = f.collection_id"
                        + " where f.id = $1 and f.deleted_at is not null and c.deleted_at is null")
                .execute(Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Folder.of(rows.iterator().next())));
    }

    private Uni<Void> removeDocuments(JobRun run, Folder folder, AtomicLong done) {
        return Multi.createBy()
                .repeating()
                .uni(() -> database.bulkSql(tx -> files.range(tx, folder.id(), "", null, FILES_PER_ROUND))
                        .call(some -> removeAll(run, folder, some, done)))
                .whilst(some -> !some.isEmpty())
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<@Nullable Boolean> removeAll(JobRun run, Folder folder, List<KnownFile> some, AtomicLong done) {
        return Multi.createFrom()
                .iterable(some)
                .onItem()
                .transformToUniAndConcatenate(
                        file -> run.step(FILES, done.incrementAndGet(), 0, tx -> sync.remove(tx, folder, file))
                                .replaceWith(true))
                .collect()
                .last();
    }

    private Uni<Void> forget(JobRun run, UUID id, AtomicLong done) {
        return Multi.createBy()
                .repeating()
                .uni(() -> run.step(FILES, done.get(), 0, tx -> files.forgetSome(tx, id, FORGOTTEN_PER_STEP)))
                .whilst(forgotten -> forgotten == FORGOTTEN_PER_STEP)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof ProblemException problem && problem.problem().status() == 404;
    }
}
