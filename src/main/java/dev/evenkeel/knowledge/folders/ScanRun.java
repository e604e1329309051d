package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.knowledge.UploadedArchive;
import dev.evenkeel.knowledge.folders.ScanReport.Count;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run through a folder: walks the disk and the table of known files in the same order, a batch at a time, and settles each
 * difference in a transaction of its own. A run that is cut short loses nothing: what it has settled is no difference any more.
 */
final class ScanRun {
    static final String SCAN = "scan";

    private static final int BATCH_FILES = 500;
    private static final int PAGE_ROWS = 2_000;

    /** Files of one content that are looked at for one that has moved. */
    private static final int MAX_TWINS = 50;

    private static final DocumentView.ErrorView UNREADABLE =
            new DocumentView.ErrorView("unreadable", "The file could not be read; its permissions may be why.");

    private final JobRun run;
    private final Folder folder;
    private final FolderRoot root;
    private final FolderWalk walk;
    private final Database database;
    private final Offload offload;
    private final DiskWorkers disks;
    private final KnownFiles files;
    private final FileSync sync;
    private final ScanReport report = new ScanReport();
    private final ArchiveRun archives;
    private final List<String> unreadable = new ArrayList<>();

    /** Up to where known files have been compared. */
    private String compared = "";

    ScanRun(
            JobRun run,
            Folder folder,
            FolderRoot root,
            FolderWalk walk,
            Database database,
            Offload offload,
            DiskWorkers disks,
            KnownFiles files,
            FileSync sync) {
        this.run = run;
        this.folder = folder;
        this.root = root;
        this.walk = walk;
        this.database = database;
        this.offload = offload;
        this.disks = disks;
        this.files = files;
        this.sync = sync;
        this.archives = new ArchiveRun(run, folder, walk, database, offload, files, sync, report);
    }

    ScanReport report() {
        return report;
    }

    FolderWalk walk() {
        return walk;
    }

    /** Whether there is no file to take, as where a disk is not mounted; a mount point may hold something that is left out. */
    boolean sawNothing() {
        return walk.files() == 0;
    }

    /** Whether another look is needed soon. */
    boolean isUnfinished() {
        return report.of(Count.CHANGING) > 0;
    }

    /** Walks to the end. Files that are not there are marked, not removed. */
    Uni<Void> compareAll() {
        return Multi.createBy()
                .repeating()
                .uni(() -> disks.run(folder.id(), () -> walk.next(BATCH_FILES)).call(this::compare))
                .whilst(batch -> !batch.isEmpty())
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Settles a batch, and whatever is known between its files; with an empty one all that is known behind the last. */
    private Uni<Void> compare(List<FolderEntry> batch) {
        Map<String, FolderEntry> there = new HashMap<>();
        for (FolderEntry entry : batch) {
            if (entry.readable()) {
                there.put(entry.path(), entry);
                if (entry.inside() != null) {
                    archives.passed(entry.path());
                }
            } else {
                unreadable.add(entry.path());
                report.refused("unreadable_folder");
            }
        }
        Map<String, KnownFile> known = new HashMap<>();
        String upTo = batch.isEmpty() ? null : batch.get(batch.size() - 1).path();
        return Multi.createBy()
                .repeating()
                .uni(() -> page(upTo, there, known))
                .whilst(rows -> rows == PAGE_ROWS)
                .collect()
                .last()
                .chain(() -> settle(batch, known))
                .invoke(() -> {
                    compared = upTo == null ? compared : upTo;
                    archives.forgetUpTo(compared);
                });
    }

    private Uni<Integer> page(@Nullable String upTo, Map<String, FolderEntry> there, Map<String, KnownFile> known) {
        return database.bulkSql(tx -> files.range(tx, folder.id(), compared, upTo, PAGE_ROWS))
                .call(rows -> {
                    List<String> gone = new ArrayList<>();
                    List<String> notGone = new ArrayList<>();
                    for (KnownFile row : rows) {
                        compared = row.path();
                        if (archives.holds(row.path())) {
                            continue;
                        }
                        FolderEntry entry = there.get(row.path());
                        if (entry != null) {
                            known.put(row.path(), row);
                            if (row.gone()) {
                                // Whatever becomes of it below: it is there, so its document is not to be removed.
                                notGone.add(row.path());
                            }
                        } else if (isHidden(row.path())) {
                            notGone.add(row.path());
                        } else if (!row.gone()) {
                            gone.add(row.path());
                        }
                    }
                    return mark(gone, notGone);
                })
                .map(List::size);
    }

    /** Whether a path lies in a folder that cannot be read, so that nothing is known of it. */
    private boolean isHidden(String path) {
        return unreadable.stream().anyMatch(path::startsWith);
    }

    private Uni<Void> mark(List<String> gone, List<String> notGone) {
        return gone.isEmpty() && notGone.isEmpty()
                ? Uni.createFrom().voidItem()
                : run.step(
                        SCAN,
                        walk.files(),
                        0,
                        tx -> files.gone(tx, folder.id(), gone).chain(() -> files.notGone(tx, folder.id(), notGone)));
    }

    private Uni<Void> settle(List<FolderEntry> batch, Map<String, KnownFile> known) {
        List<FolderEntry> different = new ArrayList<>();
        for (FolderEntry entry : batch) {
            KnownFile before = known.get(entry.path());
            if (!entry.readable()) {
                continue;
            }
            if (entry.inside() != null || before == null || folder.verify() || !before.looksLike(entry)) {
                different.add(entry);
            } else if (before.refused()) {
                report.count(Count.FAILED);
            } else {
                report.count(Count.UNCHANGED);
            }
        }
        return run.progress(SCAN, walk.files(), 0)
                .chain(() -> Multi.createFrom()
                        .iterable(different)
                        .onItem()
                        .transformToUniAndConcatenate(
                                entry -> settle(entry, known.get(entry.path())).replaceWith(true))
                        .collect()
                        .last())
                .replaceWithVoid();
    }

    private Uni<Void> settle(FolderEntry entry, @Nullable KnownFile before) {
        return entry.inside() == null ? settleFile(entry, before) : settleArchive(entry, before);
    }

    private Uni<Void> settleArchive(FolderEntry entry, @Nullable KnownFile before) {
        if (before != null && !folder.verify() && before.isRefusedArchive(entry)) {
            report.count(Count.FAILED);
            return Uni.createFrom().voidItem();
        }
        return archives.known(entry.path())
                .chain(known -> archives.isUnchanged(entry, before, known)
                        ? Uni.createFrom().voidItem()
                        : read(entry, sync.archiveDetection(), content -> archive(entry, before, content, known)));
    }

    /** An archive that is being written looks damaged: what is known of its files stays until it rests. */
    private Uni<Void> archive(
            FolderEntry entry, @Nullable KnownFile before, FileContent content, Map<String, KnownFile> known) {
        return switch (content.outcome()) {
            case READ ->
                archives.take(entry, content, known, (member, earlier, copy) -> settle(member, earlier, copy))
                        .onFailure(ExtractionException.class)
                        .recoverWithUni(refusal ->
                                archive(entry, before, content.refused((ExtractionException) refusal), known));
            case REFUSED -> {
                if (content.modifiedNs() == null && !known.isEmpty()) {
                    report.count(Count.CHANGING);
                    yield Uni.createFrom().voidItem();
                }
                yield archives.mark(known, Set.of()).chain(() -> settle(entry, before, content));
            }
            case GONE, CHANGING, UNREADABLE -> settle(entry, before, content);
        };
    }

    private Uni<Void> settleFile(FolderEntry entry, @Nullable KnownFile before) {
        return read(entry, sync.detection(folder), content -> settle(entry, before, content));
    }

    private Uni<Void> read(
            FolderEntry entry, FileContent.Detection detection, Function<FileContent, Uni<Void>> settling) {
        return disks.run(folder.id(), () -> FileContent.read(root, entry.path(), detection))
                .chain(content -> settling.apply(content)
                        .eventually(() -> content.copy() == null
                                ? Uni.createFrom().item(true)
                                : offload.bulk(() -> {
                                    content.close();
                                    return true;
                                })));
    }

    /** A file that is being written may be empty or cut off for a moment: its document stays until it rests. */
    private Uni<Void> settle(FolderEntry entry, @Nullable KnownFile before, FileContent content) {
        return switch (content.outcome()) {
            case READ -> read(entry.path(), before, content);
            case REFUSED -> {
                if (content.modifiedNs() == null && before != null && before.inPlace()) {
                    report.count(Count.CHANGING);
                    yield Uni.createFrom().voidItem();
                }
                yield refuse(entry.path(), before, content, Objects.requireNonNull(content.problem()));
            }
            case GONE, CHANGING -> {
                report.count(Count.CHANGING);
                yield Uni.createFrom().voidItem();
            }
            case UNREADABLE -> {
                report.refused(UNREADABLE.code());
                // What was read earlier stays: nothing says that it is not so any more.
                yield before != null && before.inPlace()
                        ? Uni.createFrom().voidItem()
                        : run.step(
                                SCAN,
                                walk.files(),
                                0,
                                tx -> sync.refuse(tx, folder, entry.path(), content, UNREADABLE, before));
            }
        };
    }

    private Uni<Void> refuse(
            String path, @Nullable KnownFile before, FileContent content, DocumentView.ErrorView problem) {
        report.refused(problem.code());
        if (before != null && before.inPlace()) {
            report.count(Count.DELETED);
        }
        return run.step(SCAN, walk.files(), 0, tx -> sync.refuse(tx, folder, path, content, problem, before));
    }

    private Uni<Void> read(String path, @Nullable KnownFile before, FileContent content) {
        if (before != null && before.inPlace()) {
            byte[] hash = Objects.requireNonNull(before.contentHash());
            if (Arrays.equals(hash, content.required().contentHash())) {
                report.count(Count.UNCHANGED);
                return run.step(
                                SCAN,
                                walk.files(),
                                0,
                                tx -> sync.touch(
                                        tx, folder, path, content, Objects.requireNonNull(before.documentId())))
                        .replaceWithVoid();
            }
            return take(path, content, Count.CHANGED);
        }
        return moved(path, content)
                .chain(done -> done ? Uni.createFrom().voidItem() : take(path, content, Count.ADDED));
    }

    /** A file of the same content and type that is gone from where it was is this one. */
    private Uni<Boolean> moved(String path, FileContent content) {
        String type = Objects.requireNonNull(content.type()).wireName();
        return database.bulkSql(tx ->
                        files.sameContent(tx, folder.id(), content.required().contentHash(), path, MAX_TWINS))
                .chain(twins -> twins.isEmpty()
                        ? Uni.createFrom().item(List.<KnownFiles.Twin>of())
                        : disks.run(
                                folder.id(),
                                () -> twins.stream()
                                        .filter(twin -> twin.documentType().equals(type))
                                        .filter(this::isGone)
                                        .limit(1)
                                        .toList()))
                .chain(gone -> gone.isEmpty()
                        ? Uni.createFrom().item(false)
                        : run.step(SCAN, walk.files(), 0, tx -> sync.move(tx, folder, gone.get(0), path, content)))
                .invoke(done -> {
                    if (done) {
                        report.count(Count.MOVED);
                    }
                });
    }

    /** Whether there certainly is no such file any more; of one in an archive its archive is asked, while that is there. */
    private boolean isGone(KnownFiles.Twin twin) {
        String path = twin.path();
        for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
            String above = path.substring(0, at);
            if (UploadedArchive.isArchive(above) && !FolderDisk.isGone(root, above)) {
                return archives.isGone(twin);
            }
        }
        return FolderDisk.isGone(root, path);
    }

    private Uni<Void> take(String path, FileContent content, Count as) {
        return run.step(SCAN, walk.files(), 0, tx -> sync.take(tx, folder, path, content))
                .invoke(problem -> {
                    if (problem == null) {
                        report.count(as);
                    } else {
                        report.refused(problem.code());
                    }
                })
                .replaceWithVoid();
    }
}
