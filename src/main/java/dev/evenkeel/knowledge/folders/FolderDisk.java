package dev.evenkeel.knowledge.folders;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is below a folder, opened segment by segment relative to the folder before, so that no link leads out of it even when
 * one is put there meanwhile; the folder itself must be the one that was found to be allowed. Names are UTF-8 whatever the locale of the process. Blocking: for workers only.
 */
final class FolderDisk {
    private static final String UNRESERVED = "-._~/";

    private FolderDisk() {}

    /** What is done with an open folder. */
    private interface Work<T> {
        T in(SecureDirectoryStream<Path> folder, Path name) throws IOException;
    }

    /** What is done with an open file; its attributes can be read again. */
    interface Reading<T> {
        T of(SeekableByteChannel channel, AttributeSource attributes) throws IOException;
    }

    /** Reads the attributes of a file as they are now. */
    interface AttributeSource {
        BasicFileAttributes read() throws IOException;
    }

    /** What is done with each thing in an open folder. */
    interface Listing {
        /**
         * Called for each.
         *
         * @param attributes of itself, not of what it links to; fails when it is gone meanwhile
         */
        void of(Path child, AttributeSource attributes) throws IOException;
    }

    /**
     * Goes through what is in a folder.
     *
     * @param path below the root; empty for the root itself
     * @throws IOException also when there is no folder at this place, or one above it is none
     * @throws FolderUnavailable when another root is in its place
     */
    static void list(FolderRoot root, String path, Listing listing) throws IOException {
        if (path.isEmpty()) {
            try (SecureDirectoryStream<Path> top = open(root)) {
                list(top, listing);
            }
            return;
        }
        in(root, path, (folder, name) -> {
            try (SecureDirectoryStream<Path> inside = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                list(inside, listing);
            }
            return true;
        });
    }

    private static void list(SecureDirectoryStream<Path> folder, Listing listing) throws IOException {
        for (Path child : folder) {
            listing.of(
                    child,
                    () -> folder.getFileAttributeView(
                                    child.getFileName(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes());
        }
    }

    /**
     * Opens a regular file for reading.
     *
     * @throws IOException also when there is no regular file at this place, or one of its folders is none
     * @throws FolderUnavailable when another root is in its place
     */
    static <T> T read(FolderRoot root, String path, Reading<T> reading) throws IOException {
        return in(root, path, (folder, name) -> {
            BasicFileAttributeView view =
                    folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (!view.readAttributes().isRegularFile()) {
                throw new IOException("no regular file");
            }
            try (SeekableByteChannel channel =
                    folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                return reading.of(channel, view::readAttributes);
            }
        });
    }

    /** Whether there certainly is no regular file at this place; not when that cannot be told. */
    static boolean isGone(FolderRoot root, String path) {
        try {
            return !in(
                    root,
                    path,
                    (folder, name) -> folder.getFileAttributeView(
                                    name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes()
                            .isRegularFile());
        } catch (NoSuchFileException | NotDirectoryException notThere) {
            return true;
        } catch (IOException notReached) {
            return false;
        }
    }

    private static <T> T in(FolderRoot root, String path, Work<T> work) throws IOException {
        Path file = resolve(root.path(), path);
        Path relative = root.path().relativize(file);
        try (SecureDirectoryStream<Path> top = open(root)) {
            return descend(top, relative, 0, work);
        }
    }

    private static SecureDirectoryStream<Path> open(FolderRoot root) throws IOException {
        SecureDirectoryStream<Path> top;
        try {
            top = secure(Files.newDirectoryStream(root.path()));
        } catch (NoSuchFileException | NotDirectoryException notThere) {
            // Nothing is known of what was in it.
            throw FolderUnavailable.replaced();
        }
        Object key = top.getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey();
        if (!Objects.equals(key, root.key())) {
            top.close();
            throw FolderUnavailable.replaced();
        }
        return top;
    }

    private static <T> T descend(SecureDirectoryStream<Path> folder, Path relative, int depth, Work<T> work)
            throws IOException {
        Path name = relative.getName(depth);
        if (depth == relative.getNameCount() - 1) {
            return work.in(folder, name);
        }
        try (SecureDirectoryStream<Path> next = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return descend(next, relative, depth + 1, work);
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("This file system cannot open files relative to a folder.");
    }

    /** The place of a path below the root. */
    static Path resolve(Path root, String path) {
        String base = root.toUri().getRawPath();
        StringBuilder encoded = new StringBuilder(base.endsWith("/") ? base : base + "/");
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            encoded.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return Path.of(URI.create("file://" + encoded));
    }

    /** The last segment of a path, or null when its bytes are not UTF-8. */
    static @Nullable String nameOf(Path path) {
        String name = path.getFileName().toString();
        if (name.chars().allMatch(c -> c < 0x80)) {
            return name;
        }
        // The address holds the bytes of the name as they are on the disk.
        String address = path.toUri().getRawPath();
        String withoutSlash = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        return decoded(withoutSlash.substring(withoutSlash.lastIndexOf('/') + 1));
    }

    private static @Nullable String decoded(String segment) {
        ByteBuffer bytes = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            if (segment.charAt(i) == '%') {
                bytes.put((byte) Integer.parseInt(segment.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.put((byte) segment.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** When a file was changed last, in nanoseconds since 1970. */
    static long modifiedNs(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }
}
