package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.folders.ScanReport.Count;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares the archives that a scan comes by with what is known of their files, each as a whole. An archive whose size, time and
 * rules are the known ones, and whose documents are as they were stored, is not opened. Of another one a copy is listed, and only
 * files whose size or checksum differ are unpacked. The row of an archive is written when all of its files are settled, so that a
 * scan that is cut short begins with that archive again.
 */
final class ArchiveRun {
    private static final int PAGE_ROWS = 2_000;

    /** In place of the slash it is behind all paths of a folder, and before what follows them. */
    private static final String BEHIND = "0";

    private final JobRun run;
    private final Folder folder;
    private final FolderWalk walk;
    private final Database database;
    private final Offload offload;
    private final KnownFiles files;
    private final FileSync sync;
    private final ScanReport report;

    /** Paths of archives with a slash behind, as far as known files below them may still come. */
    private final Set<String> passed = new HashSet<>();

    private @Nullable FolderArchive current;
    private String currentPath = "";

    ArchiveRun(
            JobRun run,
            Folder folder,
            FolderWalk walk,
            Database database,
            Offload offload,
            KnownFiles files,
            FileSync sync,
            ScanReport report) {
        this.run = run;
        this.folder = folder;
        this.walk = walk;
        this.database = database;
        this.offload = offload;
        this.files = files;
        this.sync = sync;
        this.report = report;
    }

    /** How a file of an archive is settled that was unpacked. */
    interface Settling {
        Uni<Void> settle(FolderEntry member, @Nullable KnownFile before, FileContent content);
    }

    /** Notes that the walk came by an archive. */
    void passed(String path) {
        passed.add(path + "/");
    }

    /** Whether a known file belongs to an archive that the walk came by, and is compared with that. */
    boolean holds(String path) {
        for (int at = path.indexOf('/'); !passed.isEmpty() && at >= 0; at = path.indexOf('/', at + 1)) {
            if (passed.contains(path.substring(0, at + 1))) {
                return true;
            }
        }
        return false;
    }

    /** Forgets archives whose known files have all come by when those up to a path have. */
    void forgetUpTo(String path) {
        byte[] reached = path.getBytes(StandardCharsets.UTF_8);
        passed.removeIf(
                archive -> Arrays.compareUnsigned(behind(archive).getBytes(StandardCharsets.UTF_8), reached) <= 0);
    }

    private static String behind(String folder) {
        return folder.substring(0, folder.length() - 1) + BEHIND;
    }

    /** Whether a known file is not in its archive any more; not when that archive cannot be told of here. */
    boolean isGone(KnownFiles.Twin twin) {
        return current != null && twin.path().startsWith(currentPath + "/")
                ? !current.paths().contains(twin.path())
                : twin.gone();
    }

    /** What is known of the files of an archive, by path. */
    Uni<Map<String, KnownFile>> known(String archive) {
        Map<String, KnownFile> known = new TreeMap<>();
        List<String> last = new ArrayList<>(List.of(archive + "/"));
        return Multi.createBy()
                .repeating()
                .uni(() -> database.bulkSql(
                                tx -> files.range(tx, folder.id(), last.get(0), archive + BEHIND, PAGE_ROWS))
                        .invoke(rows -> {
                            for (KnownFile row : rows) {
                                last.set(0, row.path());
                                if (row.path().startsWith(archive + "/")) {
                                    known.put(row.path(), row);
                                }
                            }
                        }))
                .whilst(rows -> rows.size() == PAGE_ROWS)
                .collect()
                .last()
                .replaceWith(known);
    }

    /** Whether nothing is to be done for an archive; its files are counted then. */
    boolean isUnchanged(FolderEntry archive, @Nullable KnownFile before, Map<String, KnownFile> known) {
        List<KnownFile> there = there(known);
        boolean unchanged = before != null
                && !folder.verify()
                && before.isArchive(archive, fingerprint(archive, there))
                // What may be taken another time, as when its path is free, has no checksum.
                && there.stream().allMatch(file -> file.modifiedNs() != null && (file.inPlace() || file.refused()));
        if (unchanged) {
            walk.count(there.size());
            there.forEach(file -> report.count(file.refused() ? Count.FAILED : Count.UNCHANGED));
        }
        return unchanged;
    }

    private static List<KnownFile> there(Map<String, KnownFile> known) {
        return known.values().stream().filter(file -> !file.gone()).toList();
    }

    private byte[] fingerprint(FolderEntry archive, List<KnownFile> there) {
        return FolderArchive.fingerprint(Objects.requireNonNull(archive.inside()), folder.gitignore(), there);
    }

    /**
     * Settles the files of an archive that was copied.
     *
     * @return fails with {@link ExtractionException} when it cannot be taken; nothing has been done then
     */
    Uni<Void> take(FolderEntry archive, FileContent content, Map<String, KnownFile> known, Settling settling) {
        return offload.bulk(() -> sync.open(folder, archive, content)).chain(opened -> {
            current = opened;
            currentPath = archive.path();
            return Uni.createFrom()
                    .deferred(() -> settle(archive, content, opened, known, settling))
                    .eventually(() -> {
                        current = null;
                        return offload.bulk(() -> {
                            opened.close();
                            return true;
                        });
                    });
        });
    }

    private Uni<Void> settle(
            FolderEntry archive,
            FileContent content,
            FolderArchive opened,
            Map<String, KnownFile> known,
            Settling settling) {
        List<FolderEntry> members = opened.entries();
        walk.count(members.size());
        walk.ignored(opened.ignored());
        for (int i = 0; i < opened.unusable(); i++) {
            walk.skip("invalid_path");
        }
        return mark(known, opened.paths())
                .chain(() -> Multi.createFrom()
                        .iterable(members)
                        .onItem()
                        .transformToUniAndConcatenate(
                                member -> settle(opened, member, known.get(member.path()), settling)
                                        .replaceWith(true))
                        .collect()
                        .last())
                .chain(() -> known(archive.path()))
                .chain(now -> run.step(
                        ScanRun.SCAN,
                        walk.files(),
                        0,
                        tx -> sync.archived(tx, folder, archive.path(), content, fingerprint(archive, there(now)))));
    }

    private Uni<Void> settle(FolderArchive opened, FolderEntry member, @Nullable KnownFile before, Settling settling) {
        if (before != null && !folder.verify() && before.looksLike(member)) {
            report.count(before.refused() ? Count.FAILED : Count.UNCHANGED);
            return Uni.createFrom().voidItem();
        }
        return offload.bulk(() -> opened.read(member))
                .chain(content -> settling.settle(member, before, content)
                        .eventually(() -> offload.bulk(() -> {
                            content.close();
                            return true;
                        })));
    }

    /** Marks which of the known files of an archive are gone; with an empty set all of them. */
    Uni<Void> mark(Map<String, KnownFile> known, Set<String> there) {
        List<String> gone = new ArrayList<>();
        List<String> notGone = new ArrayList<>();
        for (KnownFile file : known.values()) {
            if (there.contains(file.path()) == file.gone()) {
                (file.gone() ? notGone : gone).add(file.path());
            }
        }
        return gone.isEmpty() && notGone.isEmpty()
                ? Uni.createFrom().voidItem()
                : run.step(
                        ScanRun.SCAN,
                        walk.files(),
                        0,
                        tx -> files.gone(tx, folder.id(), gone).chain(() -> files.notGone(tx, folder.id(), notGone)));
    }
}
