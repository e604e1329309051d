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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files below a folder, opened segment by segment relative to the folder before, so that no link leads out of it even when
 * one is put there meanwhile. Names are UTF-8 whatever the locale of the process. Blocking: for workers only.
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

    /**
     * Opens a regular file for reading.
     *
     * @throws IOException also when there is no regular file at this place, or one of its folders is none
     */
    static <T> T read(Path root, String path, Reading<T> reading) throws IOException {
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
    static boolean isGone(Path root, String path) {
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

    private static <T> T in(Path root, String path, Work<T> work) throws IOException {
        Path file = resolve(root, path);
        Path relative = root.relativize(file);
        try (SecureDirectoryStream<Path> top = secure(Files.newDirectoryStream(root))) {
            return descend(top, relative, 0, work);
        }
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
