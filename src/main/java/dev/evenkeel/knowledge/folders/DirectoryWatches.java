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
import java.util.EnumSet;
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
 * an overflow loses anything. Not thread-safe and blocking: for one worker at a time. Only {@link #watch} and
 * {@link #hasChanged} look at a disk, each at that of one folder.
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
    private final Map<UUID, List<Noted>> noted = new HashMap<>();

    /** An event that nobody has looked into yet. */
    private record Noted(WatchEvent<?> event, Place place) {}

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

    /** Lets go of all folders but these. */
    void keepOnly(Set<UUID> wanted) {
        List.copyOf(folders.keySet()).stream()
                .filter(id -> !wanted.contains(id))
                .forEach(this::forget);
    }

    /**
     * Watches a folder; one that is watched in full already is left alone.
     *
     * @return whether it is watched in full
     */
    boolean watch(Folder folder) {
        Watched now = folders.get(folder.id());
        if (now == null || now.folder().version() != folder.version() || isOver(now)) {
            begin(folder);
        }
        return Objects.requireNonNull(folders.get(folder.id())).complete();
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

    FolderVisitor registration(UUID folderId) {
        Map<List<String>, Place> bySegments = new HashMap<>();
        return new FolderVisitor() {
            @Override
            public void entering(Path directory, List<String> segments) {
                DiskWorkers.signOfLife();
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
        noted.remove(folderId);
        places.entrySet().removeIf(entry -> {
            entry.getValue().remove(folderId);
            if (entry.getValue().isEmpty()) {
                entry.getKey().cancel();
                return true;
            }
            return false;
        });
    }

    /** The folders that something has happened in since the last call, or whose watch has begun; {@link #hasChanged} tells more. */
    Set<UUID> disturbed() {
        WatchKey key = service == null ? null : service.poll();
        while (key != null) {
            Map<UUID, Place> concerned = places.getOrDefault(key, Map.of());
            for (WatchEvent<?> event : key.pollEvents()) {
                concerned.forEach((id, place) ->
                        noted.computeIfAbsent(id, none -> new ArrayList<>()).add(new Noted(event, place)));
            }
            if (!key.reset()) {
                // The directory is gone, which the one above it tells, unless it is the root.
                places.remove(key);
                begun.addAll(concerned.keySet());
            }
            key = service == null ? null : service.poll();
        }
        Set<UUID> disturbed = new HashSet<>(begun);
        disturbed.addAll(noted.keySet());
        return disturbed;
    }

    /** Whether what has happened in a folder concerns it; looks at the disk. */
    boolean hasChanged(UUID folderId) {
        Set<Effect> effects = EnumSet.noneOf(Effect.class);
        for (Noted seen : noted.getOrDefault(folderId, List.of())) {
            effects.add(effect(seen.event(), seen.place()));
        }
        noted.remove(folderId);
        Watched watched = folders.get(folderId);
        if (effects.contains(Effect.RESTRUCTURED) && watched != null) {
            begin(watched.folder());
        }
        return begun.remove(folderId) || effects.contains(Effect.CHANGED) || effects.contains(Effect.RESTRUCTURED);
    }

    /** What an event means for a folder. */
    private enum Effect {
        NOTHING,
        CHANGED,
        /** Other directories are to be watched. */
        RESTRUCTURED
    }

    private static Effect effect(WatchEvent<?> event, Place place) {
        if (!(event.context() instanceof Path name)) {
            // An overflow: anything may have happened.
            return Effect.RESTRUCTURED;
        }
        String text = FolderDisk.nameOf(name);
        if (text == null) {
            return Effect.NOTHING;
        }
        if (text.equals(GITIGNORE)) {
            return Effect.RESTRUCTURED;
        }
        List<String> segments = new ArrayList<>(place.segments);
        segments.add(text);
        boolean directory = Files.isDirectory(place.directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
        // What is gone has been a file or a folder: it concerns us if either would.
        boolean gone = event.kind() == StandardWatchEventKinds.ENTRY_DELETE;
        boolean ignored =
                place.rules.ignores(segments, directory) && (!gone || place.rules.ignores(segments, !directory));
        return ignored ? Effect.NOTHING : directory ? Effect.RESTRUCTURED : Effect.CHANGED;
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
        noted.clear();
    }
}
