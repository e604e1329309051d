package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.folders.FolderService;
import dev.evenkeel.knowledge.folders.FolderView;
import dev.evenkeel.knowledge.folders.ScanWish;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** The folders that the knowledge base follows. */
@ApplicationScoped
public class RagKbFolders {
    private final RagKbCollection collection;
    private final FolderService folders;
    private final RagKbUpkeep upkeep;

    RagKbFolders(RagKbCollection collection, FolderService folders, RagKbUpkeep upkeep) {
        this.collection = collection;
        this.folders = folders;
        this.upkeep = upkeep;
    }

    /**
     * Begins a scan of each folder.
     *
     * @param force whether to compare the content of every file, and to index again what has not changed
     * @throws ProblemException (as failure) 409 when no folder is bound
     */
    Uni<Void> scan(Caller caller, boolean force) {
        return collection
                .within(caller.writing())
                .chain(id -> folders.list(caller, id, Page.MAX_LIMIT, null)
                        .map(Page::items)
                        .invoke(bound -> requireSome(id, bound))
                        .chain(bound -> Multi.createFrom()
                                .iterable(bound)
                                .onItem()
                                .transformToUniAndConcatenate(
                                        folder -> folders.scan(caller, id, folder.id(), new ScanWish(force, null)))
                                .collect()
                                .last())
                        .chain(() -> force
                                ? upkeep.reindexAll(caller, false).replaceWithVoid()
                                : Uni.createFrom().voidItem()));
    }

    private static void requireSome(UUID collectionId, List<FolderView> bound) {
        if (bound.isEmpty()) {
            throw ProblemException.conflict("The knowledge base follows no folder yet; bind one with POST"
                    + " /api/v1/collections/" + collectionId + "/folders, or upload files.");
        }
    }
}
