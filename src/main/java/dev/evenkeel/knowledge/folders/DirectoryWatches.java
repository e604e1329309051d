package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.folders.engine.IgnoreRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches every directory of some folders. An event only ever says that its folder is to be scanned, so neither a burst nor
 * an overflow loses anything. Not thread-safe and blocking: for one worker at a time.
 */
final class DirectoryWatches implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DirectoryWatches.class);
    private static final String GITIGNORE = ".gitignore";

    /** After the system has refused a watch: to walk a large folder for nothing takes its time. */
    private static final Duration RETRY = Duration.ofMinutes(5);

    private static final WatchEvent.Kind<?>[] EVENTS = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
    };

    private final FolderRoots roots;
    private final int maxFiles;
    private final Map<UUID, Watched> folders = new HashMap<>();
    private final Map<WatchKey, Map<UUID, Place>> places = new HashMap<>();
    private @Nullable WatchService service;

    private final Set<UUID> begun = new HashSet<>();

    /**
     * A folder, the directory that it was, and whether all its directories are watched; if not, when to try again.
     */
    private record Watched(Folder folder, @Nullable Object rootKey, boolean complete, long retryNanos) {}

    /** A directory of a folder; two folders may have one in common. */
    private static final class Place {
        private final Path directory;
        private final List<String> segments;
        private IgnoreRules rules = IgnoreRules.NONE;

        private Place(Path directory, List<String> segments) {
            this.directory = directory;
            this.segments = segments;
        }
    }

    DirectoryWatches(FolderRoots roots, int maxFiles) {
        this.roots = roots;
        this.maxFiles = maxFiles;
    }

    /**
     * Watches these folders and no others; those that are watched in full already are left alone.
     *
     * @return the folders that are watched in full
     */
    List<UUID> watch(List<Folder> wanted) {
        Set<UUID> ids = new HashSet<>();
        wanted.forEach(folder -> ids.add(folder.id()));
        List.copyOf(folders.keySet()).stream().filter(id -> !ids.contains(id)).forEach(this::forget);
        for (Folder folder : wanted) {
            Watched now = folders.get(folder.id());
            if (now == null || now.folder().version() != folder.version() || isOver(now)) {
                begin(folder);
            }
        }
        return folders.values().stream()
                .filter(Watched::complete)
                .map(watched -> watched.folder().id())
                .toList();
    }

    /** Whether it is time to begin again: another directory is in its place, or the last attempt failed a while ago. */
    private boolean isOver(Watched watched) {
        return watched.complete()
                ? !Objects.equals(watched.rootKey(), keyOf(watched.folder()))
                : System.nanoTime() - watched.retryNanos() >= 0;
    }

    private @Nullable Object keyOf(Folder folder) {
        try {
            return roots.opened(folder.root()).key();
        } catch (FolderUnavailable notThere) {
            return null;
        }
    }

    /**
     * Registers every directory, each before it is listed, so that nothing comes in between unseen. What has changed before that
     * nobody has told: the folder counts as changed.
     */
    private void begin(Folder folder) {
        forget(folder.id());
        boolean complete = false;
        Object key = keyOf(folder);
        Duration retry = Duration.ZERO;
        try {
            FolderWalk walk = new FolderWalk(
                    roots.opened(folder.root()),
                    folder.rules(),
                    folder.gitignore(),
                    maxFiles,
                    folder::isUsable,
                    registration(folder.id()));
            while (!walk.next(maxFiles).isEmpty()) {
                continue;
            }
            complete = true;
        } catch (FolderUnavailable e) {
            LOG.debugf("Folder %s cannot be watched: %s", folder.id(), e.detail());
        } catch (UncheckedIOException e) {
            retry = RETRY;
            LOG.warnf(
                    "Folder %s is not watched in full and relies on its regular scans: %s",
                    folder.id(), e.getMessage());
        }
        folders.put(folder.id(), new Watched(folder, key, complete, System.nanoTime() + retry.toNanos()));
        begun.add(folder.id());
    }

    private FolderVisitor registration(UUID folderId) {
        Map<List<String>, Place> bySegments = new HashMap<>();
        return new FolderVisitor() {
            @Override
            public void entering(Path directory, List<String> segments) {
                Place place = new Place(directory, segments);
                bySegments.put(segments, place);
                try {
                    places.computeIfAbsent(directory.register(service(), EVENTS), key -> new HashMap<>())
                            .put(folderId, place);
                } catch (AccessDeniedException e) {
                    // The walk tells of it, and the directory above of a change of its permissions.
                    LOG.debugf("A directory of folder %s must not be watched", folderId);
                } catch (IOException e) {
                    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                        // Among others the limit of the system on watches: fs.inotify.max_user_watches.
                        throw new UncheckedIOException(e.getMessage(), e);
                    }
                }
            }

            @Override
            public void entered(List<String> segments, IgnoreRules rules) {
                Place place = bySegments.remove(segments);
                if (place != null) {
                    place.rules = rules;
                }
            }
        };
    }

    private WatchService service() throws IOException {
        if (service == null) {
            service = FileSystems.getDefault().newWatchService();
        }
        return service;
    }

    private void forget(UUID folderId) {
        folders.remove(folderId);
        places.entrySet().removeIf(entry -> {
            entry.getValue().remove(folderId);
            if (entry.getValue().isEmpty()) {
                entry.getKey().cancel();
                return true;
            }
            return false;
        });
    }

    /** The folders that something has changed in since the last call. */
    Set<UUID> changed() {
        Set<UUID> changed = new HashSet<>();
        Set<UUID> restructured = new HashSet<>();
        WatchKey key = service == null ? null : service.poll();
        while (key != null) {
            Map<UUID, Place> concerned = places.getOrDefault(key, Map.of());
            for (WatchEvent<?> event : key.pollEvents()) {
                concerned.forEach((id, place) -> note(event, id, place, changed, restructured));
            }
            if (!key.reset()) {
                // The directory is gone, which the one above it tells, unless it is the root.
                places.remove(key);
                changed.addAll(concerned.keySet());
            }
            key = service == null ? null : service.poll();
        }
        for (UUID id : restructured) {
            Watched watched = folders.get(id);
            if (watched != null) {
                begin(watched.folder());
            }
        }
        changed.addAll(begun);
        begun.clear();
        return changed;
    }

    private static void note(
            WatchEvent<?> event, UUID folderId, Place place, Set<UUID> changed, Set<UUID> restructured) {
        if (!(event.context() instanceof Path name)) {
            // An overflow: anything may have happened.
            changed.add(folderId);
            restructured.add(folderId);
            return;
        }
        String text = FolderDisk.nameOf(name);
        if (text == null) {
            return;
        }
        if (text.equals(GITIGNORE)) {
            changed.add(folderId);
            restructured.add(folderId);
            return;
        }
        List<String> segments = new ArrayList<>(place.segments);
        segments.add(text);
        boolean directory = Files.isDirectory(place.directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
        // What is gone has been a file or a folder: it concerns us if either would.
        boolean gone = event.kind() == StandardWatchEventKinds.ENTRY_DELETE;
        boolean ignored =
                place.rules.ignores(segments, directory) && (!gone || place.rules.ignores(segments, !directory));
        if (!ignored) {
            changed.add(folderId);
            if (directory) {
                restructured.add(folderId);
            }
        }
    }

    /** Directories that are watched. */
    int size() {
        return places.size();
    }

    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.debugf(e, "The watch service could not be closed");
        }
        service = null;
        folders.clear();
        places.clear();
        begun.clear();
    }
}
