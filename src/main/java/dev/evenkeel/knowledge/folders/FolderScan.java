package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.folders.ScanReport.Count;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Makes a collection agree with the folder that it follows. Documents are removed only at the end of a walk that saw the whole
 * folder, and only while the folder still is the one that was walked.
 */
@ApplicationScoped
class FolderScan implements JobHandler {
    private static final String REMOVE = "remove";
    private static final int REMOVALS_PER_ROUND = 100;

    /** A scan at a time leaves the other workers to documents; two, so that a large folder does not keep a small one waiting. */
    private static final int MAX_CONCURRENT = 2;

    private static final Duration UNAVAILABLE_RETRY = Duration.ofSeconds(30);
    private static final Duration CHANGING_RETRY = Duration.ofSeconds(10);

    private static final FolderUnavailable EMPTIED = new FolderUnavailable(
            "emptied",
            "The folder holds no file to take, as one that is not mounted; nothing was removed. Scan with accept_empty if it is so.");

    private final Database database;
    private final Offload offload;
    private final DiskWorkers disks;
    private final FolderRepository folders;
    private final KnownFiles files;
    private final FileSync sync;
    private final FolderRoots roots;
    private final FoldersConfig config;
    private final FolderMetrics metrics;

    FolderScan(
            Database database,
            Offload offload,
            DiskWorkers disks,
            FolderRepository folders,
            KnownFiles files,
            FileSync sync,
            FolderRoots roots,
            FoldersConfig config,
            FolderMetrics metrics) {
        this.database = database;
        this.offload = offload;
        this.disks = disks;
        this.folders = folders;
        this.files = files;
        this.sync = sync;
        this.roots = roots;
        this.config = config;
        this.metrics = metrics;
    }

    @Override
    public String kind() {
        return FolderJobs.SCAN;
    }

    @Override
    public List<String> stages() {
        return List.of(ScanRun.SCAN, REMOVE);
    }

    @Override
    public boolean active() {
        return roots.anyAllowed();
    }

    @Override
    public int maxConcurrent() {
        return MAX_CONCURRENT;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return run.step(ScanRun.SCAN, 0, 0, tx -> folders.begin(tx, FolderJobs.folderId(run.payload())))
                .chain(found ->
                        found.isEmpty() ? run.finish(tx -> Uni.createFrom().voidItem()) : scan(run, found.get()));
    }

    /** A folder as it was when the walk began. */
    private record Opened(FolderRoot root, FolderWalk walk) {}

    private Uni<Void> scan(JobRun run, FolderRepository.Begun begun) {
        Folder folder = begun.folder();
        return disks.run(folder.id(), () -> open(folder))
                .chain(opened -> {
                    ScanRun scan = new ScanRun(
                            run, folder, opened.root(), opened.walk(), database, offload, disks, files, sync);
                    return scan.compareAll()
                            .chain(() -> requireNotEmptied(folder, scan))
                            .chain(() -> removeGone(run, begun, opened, scan))
                            .chain(() -> finish(run, folder, scan));
                })
                .onFailure(FolderUnavailable.class)
                .recoverWithUni(failure -> unavailable(run, folder, (FolderUnavailable) failure))
                .onFailure(FolderScan::collectionIsGone)
                .recoverWithUni(() -> run.finish(tx -> Uni.createFrom().voidItem()));
    }

    private Opened open(Folder folder) {
        FolderRoot root = roots.opened(folder.root());
        return new Opened(
                root,
                new FolderWalk(
                        root,
                        folder.rules(),
                        folder.gitignore(),
                        config.maxFiles(),
                        folder::isUsable,
                        FolderVisitor.NOBODY));
    }

    private Uni<Void> requireNotEmptied(Folder folder, ScanRun scan) {
        if (folder.acceptEmpty() || !scan.sawNothing()) {
            return Uni.createFrom().voidItem();
        }
        return database.bulkSql(tx -> files.anyGone(tx, folder.id()))
                .invoke(anyGone -> {
                    if (anyGone) {
                        throw EMPTIED;
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> removeGone(JobRun run, FolderRepository.Begun begun, Opened opened, ScanRun scan) {
        return Multi.createBy()
                .repeating()
                .uni(() -> removeSome(run, begun, opened, scan))
                .whilst(removed -> removed == REMOVALS_PER_ROUND)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** What this scan missed may only have been away for a moment, or have come to a place that it had passed: the next one tells. */
    private Uni<Integer> removeSome(JobRun run, FolderRepository.Begun begun, Opened opened, ScanRun scan) {
        Folder folder = begun.folder();
        return disks.run(folder.id(), () -> requireSame(folder, opened))
                .chain(() -> database.bulkSql(
                        tx -> files.expired(tx, folder.id(), config.moveGrace(), begun.at(), REMOVALS_PER_ROUND)))
                .call(gone -> Multi.createFrom()
                        .iterable(gone)
                        .onItem()
                        .transformToUniAndConcatenate(file -> run.step(
                                        REMOVE,
                                        scan.report().of(Count.DELETED) + 1,
                                        0,
                                        tx -> sync.remove(tx, folder, file))
                                .invoke(() -> scan.report().count(Count.DELETED))
                                .replaceWith(true))
                        .collect()
                        .last())
                .map(List::size);
    }

    /** Whether the place that was walked still is that of the folder; a disk may have gone meanwhile. */
    private boolean requireSame(Folder folder, Opened opened) {
        if (!roots.opened(folder.root()).equals(opened.root())) {
            throw FolderUnavailable.replaced();
        }
        return true;
    }

    private Uni<Void> finish(JobRun run, Folder folder, ScanRun scan) {
        Duration took = Duration.ofNanos(scan.report().tookNanos());
        return run.<Void>finish(tx -> files.anyGone(tx, folder.id()).chain(anyGone -> {
                    Duration again = scan.isUnfinished()
                            ? CHANGING_RETRY
                            : anyGone ? config.moveGrace().plusMillis(100) : null;
                    return folders.end(
                            tx,
                            folder,
                            new FolderRepository.End(
                                    null,
                                    null,
                                    scan.report().toJson(scan.walk()),
                                    config.rescanInterval(),
                                    took,
                                    again,
                                    folder.acceptEmpty() && !(anyGone && scan.sawNothing())));
                }))
                .invoke(() -> metrics.scanned(scan.report(), "complete"));
    }

    private Uni<Void> unavailable(JobRun run, Folder folder, FolderUnavailable why) {
        return run.<Void>finish(tx ->
                        folders.abandoned(tx, folder.id(), why.code(), why.detail(), retry(), folder.acceptEmpty()))
                .invoke(() -> metrics.scanned(new ScanReport(), why.code()));
    }

    private Duration retry() {
        return config.rescanInterval().compareTo(UNAVAILABLE_RETRY) < 0 ? config.rescanInterval() : UNAVAILABLE_RETRY;
    }

    private static boolean collectionIsGone(Throwable failure) {
        return failure instanceof ProblemException problem && problem.problem().status() == 404;
    }

    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return folders.abandoned(
                tx,
                FolderJobs.folderId(job.payload()),
                "cancelled",
                "The scan was cancelled; the next one goes on.",
                retry(),
                true);
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return folders.abandoned(tx, FolderJobs.folderId(job.payload()), "scan_failed", reason, retry(), true);
    }
}
