package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Which places on the disk may be read at all. */
@ApplicationScoped
class FolderRoots {
    private static final int MAX_PATH_LENGTH = 1024;

    private final List<Path> allowed;

    FolderRoots(FoldersConfig config) {
        this.allowed = config.allowedRoots().orElse(List.of()).stream()
                .map(root -> root.toAbsolutePath().normalize())
                .toList();
    }

    /** Whether any folder may be followed here. */
    boolean anyAllowed() {
        return !allowed.isEmpty();
    }

    /**
     * The folder that a caller names, by its words alone: the disk may be another replica's.
     *
     * @throws ProblemException 403 when folders are switched off, 400 when it is not absolute or not below an allowed root
     */
    Path named(String text) {
        if (!anyAllowed()) {
            throw ProblemException.forbidden(
                    "Folders are switched off: evenkeel.knowledge.folders.allowed-roots names none.");
        }
        PlainText.requireStorable("path", text);
        Path path = parsed(text);
        boolean upwards = false;
        for (Path segment : path) {
            upwards |= segment.toString().equals("..");
        }
        Path normal = path.normalize();
        if (!path.isAbsolute() || upwards || normal.toString().length() > MAX_PATH_LENGTH) {
            throw ProblemException.invalid("path", "must be an absolute path without \"..\"");
        }
        if (allowed.stream().noneMatch(normal::startsWith)) {
            throw ProblemException.invalid("path", "must lie in one of evenkeel.knowledge.folders.allowed-roots");
        }
        return normal;
    }

    private static Path parsed(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw ProblemException.invalid("path", "must be an absolute path without \"..\"");
        }
    }

    /**
     * The folder as it is on the disk now, free of links. Blocking.
     *
     * @throws FolderUnavailable when it is not there, cannot be read, or a link leads out of what is allowed
     */
    FolderRoot opened(String root) {
        Path real;
        Object key;
        try {
            real = Path.of(root).toRealPath();
            key = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            throw new FolderUnavailable("not_there", "The folder is not there, or cannot be reached.");
        }
        if (!Files.isDirectory(real) || !Files.isReadable(real)) {
            throw new FolderUnavailable("not_readable", "It is no folder, or must not be read.");
        }
        if (allowed.stream().noneMatch(place -> contains(place, real))) {
            throw new FolderUnavailable(
                    "not_allowed", "The folder lies, or has come to lie, outside of what is allowed.");
        }
        return new FolderRoot(real, key);
    }

    private static boolean contains(Path allowedRoot, Path real) {
        try {
            return real.startsWith(allowedRoot.toRealPath());
        } catch (IOException notThere) {
            return false;
        }
    }
}
