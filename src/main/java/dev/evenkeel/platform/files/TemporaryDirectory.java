package dev.evenkeel.platform.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A directory that one process has for its temporary files. A lock on a file in it, which the system gives back however the process
 * ends, tells others that it is in use; a directory whose lock can be had was left behind, and goes with all that is in it. Blocking.
 */
final class TemporaryDirectory implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TemporaryDirectory.class);
    private static final String PREFIX = "evenkeel-files-";
    private static final String LOCK = "lock";
    private static final int ATTEMPTS = 10;

    /**
     * The directories of this process, in whatever class loader they were made: to open the file of one's own lock and to close it again
     * would give the lock back.
     */
    private static final String OWN = "dev.evenkeel.temporary-directories";

    private final Path path;
    private final FileChannel channel;

    private TemporaryDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    Path path() {
        return path;
    }

    /** Makes one, which only this user may enter. */
    static TemporaryDirectory create(Path parent) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path path = Files.createTempDirectory(parent, PREFIX);
            note(path, true);
            Optional<FileChannel> locked = lock(path, StandardOpenOption.CREATE);
            // Whoever looks for what was left behind may have had the lock for a moment, and taken the directory away.
            if (locked.isPresent() && Files.exists(path.resolve(LOCK))) {
                return new TemporaryDirectory(path, locked.get());
            }
            if (locked.isPresent()) {
                locked.get().close();
            }
            note(path, false);
        }
        throw new IOException("no directory for temporary files could be made in " + parent);
    }

    private static Optional<FileChannel> lock(Path directory, StandardOpenOption... more) throws IOException {
        StandardOpenOption[] options = Arrays.copyOf(more, more.length + 1);
        options[more.length] = StandardOpenOption.WRITE;
        FileChannel channel;
        try {
            channel = FileChannel.open(directory.resolve(LOCK), withoutLinks(options));
        } catch (NoSuchFileException nothingToLock) {
            return Optional.empty();
        }
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException ownLock) {
            // As if another process had it.
        }
        channel.close();
        return Optional.empty();
    }

    private static Set<OpenOption> withoutLinks(StandardOpenOption... options) {
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return all;
    }

    private static void note(Path path, boolean own) {
        synchronized (System.getProperties()) {
            String others = System.getProperty(OWN, "");
            String entry = path.getFileName() + "/";
            System.setProperty(OWN, own ? others + entry : others.replace(entry, ""));
        }
    }

    private static boolean isOwn(Path path) {
        return System.getProperty(OWN, "").contains(path.getFileName() + "/");
    }

    /** Removes what processes of the same user have left behind that do not run any more; what cannot be removed stays. */
    void removeAbandoned() {
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(Objects.requireNonNull(path.getParent()), PREFIX + "*")) {
            for (Path directory : found) {
                try {
                    if (isOfSameUser(directory) && !isOwn(directory)) {
                        removeIfAbandoned(directory);
                    }
                } catch (IOException e) {
                    LOG.warnf("Temporary files that were left behind cannot be removed: %s", e.getMessage());
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warnf("Temporary files that were left behind cannot be looked for: %s", e.getMessage());
        }
    }

    private boolean isOfSameUser(Path directory) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path));
    }

    private static void removeIfAbandoned(Path directory) throws IOException {
        Optional<FileChannel> lock = lock(directory);
        if (lock.isPresent()) {
            try (FileChannel held = lock.get()) {
                remove(directory);
            }
            LOG.infof("Removed temporary files that were left behind: %s", directory.getFileName());
        }
    }

    /** With the file of the lock at last, so that what is left of an interrupted removal still tells that it was left behind. */
    private static void remove(Path directory) throws IOException {
        Path lock = directory.resolve(LOCK);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(lock)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                if (!visited.equals(directory)) {
                    Files.deleteIfExists(visited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Files.deleteIfExists(lock);
        Files.deleteIfExists(directory);
    }

    /** Removes the directory with all that is in it. */
    @Override
    public void close() throws IOException {
        try (FileChannel held = channel) {
            remove(path);
        }
        note(path, false);
    }
}
