package dev.evenkeel.knowledge.folders;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Watches the folders whose disks answer. A call that hangs keeps the watches that it belongs to: these are given up, and the other
 * folders are watched anew without it, until its disk answers again. All state is confined to one event-loop context.
 */
final class AnsweringWatches {
    private final DiskWorkers disks;
    private final Supplier<DirectoryWatches> fresh;
    private final List<GivenUp> givenUp = new ArrayList<>();
    private DirectoryWatches watches;

    /** Watches that a folder whose disk does not answer has kept. */
    private record GivenUp(UUID folderId, DirectoryWatches watches) {}

    AnsweringWatches(DiskWorkers disks, Supplier<DirectoryWatches> fresh) {
        this.disks = disks;
        this.fresh = fresh;
        this.watches = fresh.get();
    }

    /**
     * Watches these folders and no others, but those whose disk does not answer.
     *
     * @return the folders that are watched in full; fails with {@link FolderUnavailable} when a disk has stopped to answer, and is to
     *     be called again then
     */
    Uni<List<UUID>> watch(List<Folder> wanted) {
        closeGivenUp();
        List<Folder> answering =
                wanted.stream().filter(folder -> !disks.isHanging(folder.id())).toList();
        Set<UUID> ids = answering.stream().map(Folder::id).collect(Collectors.toSet());
        DirectoryWatches present = watches;
        return disks.run(present, () -> {
                    present.keepOnly(ids);
                    return true;
                })
                .chain(() -> Multi.createFrom()
                        .iterable(answering)
                        .onItem()
                        .transformToUniAndConcatenate(folder -> of(folder.id(), () -> present.watch(folder))
                                .map(complete -> complete ? List.of(folder.id()) : List.<UUID>of()))
                        .onItem()
                        .<UUID>disjoint()
                        .collect()
                        .asList());
    }

    /** The folders that something has changed in since the last call; fails as {@link #watch}. */
    Uni<Set<UUID>> changed() {
        DirectoryWatches present = watches;
        return disks.run(present, present::disturbed)
                .chain(disturbed -> Multi.createFrom()
                        .iterable(disturbed)
                        .onItem()
                        .transformToUniAndConcatenate(id -> of(id, () -> present.hasChanged(id))
                                .map(changed -> changed ? List.of(id) : List.<UUID>of()))
                        .onItem()
                        .<UUID>disjoint()
                        .collect()
                        .with(Collectors.toSet()));
    }

    private Uni<Boolean> of(UUID folderId, Callable<Boolean> work) {
        return disks.run(folderId, work).onFailure(FolderUnavailable.class).invoke(() -> {
            givenUp.add(new GivenUp(folderId, watches));
            watches = fresh.get();
        });
    }

    /** The folders whose disks do not answer, whoever has asked them. */
    Set<UUID> hanging() {
        Set<UUID> ids = new HashSet<>();
        for (Object place : disks.hanging()) {
            if (place instanceof UUID id) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** Directories that are watched. */
    int size() {
        return watches.size();
    }

    private void closeGivenUp() {
        List<GivenUp> answering =
                givenUp.stream().filter(one -> !disks.isHanging(one.folderId())).toList();
        givenUp.removeAll(answering);
        answering.forEach(one -> close(one.watches()));
    }

    void close() {
        close(watches);
    }

    private void close(DirectoryWatches unwanted) {
        disks.run(unwanted, () -> {
                    unwanted.close();
                    return true;
                })
                .subscribe()
                .with(closed -> {}, failure -> {});
    }
}
