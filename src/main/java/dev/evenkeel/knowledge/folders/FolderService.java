package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.CollectionRepository;
import dev.evenkeel.knowledge.SourcePaths;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with folders. To bind, change or unbind one needs the rights of an administrator: what a folder holds was never
 * given to the service by its users, and whoever may search the collection reads it.
 */
@ApplicationScoped
public class FolderService {
    private final Database database;
    private final DiskWorkers disks;
    private final CollectionRepository collections;
    private final FolderRepository folders;
    private final KnownFiles files;
    private final FolderJobs jobs;
    private final FolderWatch watch;
    private final FolderRoots roots;
    private final FoldersConfig config;
    private final ReplicaConfig replica;

    FolderService(
            Database database,
            DiskWorkers disks,
            CollectionRepository collections,
            FolderRepository folders,
            KnownFiles files,
            FolderJobs jobs,
            FolderWatch watch,
            FolderRoots roots,
            FoldersConfig config,
            ReplicaConfig replica) {
        this.database = database;
        this.disks = disks;
        this.collections = collections;
        this.folders = folders;
        this.files = files;
        this.jobs = jobs;
        this.watch = watch;
        this.roots = roots;
        this.config = config;
        this.replica = replica;
    }

    /**
     * Binds a folder; its first scan begins soon.
     *
     * @throws ProblemException (as failure) 400 for a place that must not be read or is no folder, 403 when folders are
     *     switched off, 409 when the collection follows it already
     */
    public Uni<FolderView> bind(Caller caller, UUID collectionId, NewFolder wanted) {
        caller.requireAdministrator();
        Reach reach = caller.managing();
        Path root = roots.named(wanted.path());
        FolderSettings settings = new FolderSettings(
                prefix(wanted.pathPrefix()),
                wanted.ignoreRules() == null ? List.of() : rules(wanted.ignoreRules()),
                !Boolean.FALSE.equals(wanted.defaultRules()),
                !Boolean.FALSE.equals(wanted.gitignore()),
                Boolean.TRUE.equals(wanted.paused()));
        UUID id = UuidV7.next();
        return requireThere(root)
                .chain(() -> database.writeSql(tx -> collections
                        .requireForWriting(tx, reach, collectionId)
                        .chain(() -> requireRoom(tx, collectionId))
                        .chain(() -> folders.insert(tx, id, collectionId, root.toString(), settings))))
                .invoke(watch::lookAgain)
                .chain(() -> view(reach, collectionId, id, true));
    }

    /** A replica without jobs may lack the disk, so it cannot tell. */
    private Uni<Boolean> requireThere(Path root) {
        return !replica.runsJobs()
                ? Uni.createFrom().item(true)
                : disks.run(root, () -> roots.opened(root.toString()) != null)
                        .onFailure(FolderUnavailable.class)
                        .transform(failure -> ProblemException.invalid("path", ((FolderUnavailable) failure).detail()));
    }

    private Uni<Void> requireRoom(SqlConnection tx, UUID collectionId) {
        return folders.count(tx, collectionId)
                .invoke(count -> {
                    if (count >= config.maxFoldersPerCollection()) {
                        throw ProblemException.conflict(
                                "A collection follows at most " + config.maxFoldersPerCollection() + " folders.");
                    }
                })
                .replaceWithVoid();
    }

    private static String prefix(@Nullable String wanted) {
        if (wanted == null || wanted.isBlank()) {
            return "";
        }
        try {
            return SourcePaths.normalise(wanted) + "/";
        } catch (ProblemException e) {
            throw ProblemException.invalid("path_prefix", "must be a relative path that does not lead upwards");
        }
    }

    private static List<String> rules(List<String> lines) {
        PlainText.requireStorable("ignore_rules", lines);
        return lines;
    }

    public Uni<Page<FolderView>> list(Caller caller, UUID collectionId, int limit, @Nullable String cursor) {
        Reach reach = caller.reading();
        UUID before = Pages.before(cursor);
        return database.readSql(connection -> collections
                        .requireForReading(connection, reach, List.of(collectionId))
                        .chain(() ->
                                folders.list(connection, reach, collectionId, limit, before, caller.isAdministrator())))
                .map(found -> Pages.of(found, limit, FolderView::id));
    }

    public Uni<FolderView> get(Caller caller, UUID collectionId, UUID id) {
        return view(caller.reading(), collectionId, id, caller.isAdministrator());
    }

    private Uni<FolderView> view(Reach reach, UUID collectionId, UUID id, boolean withPlace) {
        return database.readSql(connection -> folders.view(connection, reach, collectionId, id, withPlace));
    }

    public Uni<Page<FolderFileView>> files(
            Caller caller, UUID collectionId, UUID id, @Nullable String stateName, int limit, @Nullable String cursor) {
        Reach reach = caller.reading();
        FolderFileState state = FolderFileState.of(stateName);
        String after = cursor == null ? null : Cursor.decode(cursor, 1).get(0);
        return database.readSql(connection -> folders.requireExists(connection, reach, collectionId, id)
                        .chain(() -> files.list(connection, reach, id, state, limit, after)))
                .map(found -> found.size() <= limit
                        ? new Page<>(found, null)
                        : new Page<>(
                                found.subList(0, limit),
                                Cursor.encode(found.get(limit - 1).path())));
    }

    public Uni<FolderView> change(
            Caller caller, UUID collectionId, UUID id, FolderChange change, @Nullable String ifMatch) {
        caller.requireAdministrator();
        Reach reach = caller.managing();
        if (change.ignoreRules() != null) {
            rules(change.ignoreRules());
        }
        return database.writeSql(tx -> folders.requireForWriting(tx, reach, collectionId, id)
                        .invoke(folder -> ETags.requireMatch(ifMatch, folder.version()))
                        .chain(() -> folders.change(tx, id, change))
                        .chain(() -> Boolean.TRUE.equals(change.paused())
                                ? jobs.stopScan(tx, id)
                                : Uni.createFrom().voidItem()))
                .invoke(watch::lookAgain)
                .chain(() -> view(reach, collectionId, id, true));
    }

    /**
     * Scans now, or again after the scan under way.
     *
     * @throws ProblemException (as failure) 403 when a caller who is no administrator says what removes documents, or a collection
     *     token wants every file to be read
     */
    public Uni<FolderView> scan(Caller caller, UUID collectionId, UUID id, @Nullable ScanWish wish) {
        boolean verify = wish != null && Boolean.TRUE.equals(wish.verify());
        Reach reach = verify ? caller.managing() : caller.writing();
        boolean acceptEmpty = wish != null && Boolean.TRUE.equals(wish.acceptEmpty());
        if (acceptEmpty) {
            caller.requireAdministrator();
        }
        return database.writeSql(tx -> folders.requireForWriting(tx, reach, collectionId, id)
                        .call(() -> folders.request(tx, id, verify, acceptEmpty))
                        .chain(folder -> jobs.scan(tx, List.of(folder)))
                        .chain(() -> folders.view(tx, reach, collectionId, id, caller.isAdministrator())))
                .invoke(jobs::announce);
    }

    /** Unbinds a folder; its documents stay as if they had been uploaded, or are removed. */
    public Uni<Void> unbind(Caller caller, UUID collectionId, UUID id, String documents) {
        caller.requireAdministrator();
        Reach reach = caller.managing();
        if (!documents.equals("keep") && !documents.equals("remove")) {
            throw ProblemException.invalid("documents", "is keep or remove");
        }
        return database.writeSql(tx -> folders.requireForWriting(tx, reach, collectionId, id)
                        .call(() -> folders.markDeleted(tx, id))
                        .call(() -> jobs.stopScan(tx, id))
                        .chain(folder -> jobs.remove(tx, folder, documents.equals("remove"))))
                .invoke(jobs::announce)
                .replaceWithVoid();
    }
}
