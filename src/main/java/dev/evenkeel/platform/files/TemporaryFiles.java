package dev.evenkeel.platform.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The temporary files of this process. They lie in a directory of its own below that of the system ({@code java.io.tmpdir}), which the
 * next process to start takes away when this one was killed. Blocking.
 */
public final class TemporaryFiles {
    private static @Nullable TemporaryDirectory current;

    private TemporaryFiles() {}

    /** Makes an empty file that only this user may read; whoever makes it deletes it. */
    public static Path create(String prefix, String suffix) throws IOException {
        return Files.createTempFile(directory(), prefix, suffix);
    }

    /** The directory of this process; the first call makes it, and removes those that were left behind. */
    static synchronized Path directory() throws IOException {
        if (current == null) {
            current = TemporaryDirectory.create(
                    Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath());
            current.removeAbandoned();
        }
        return current.path();
    }

    /** Removes the directory of this process with all that is in it. */
    static synchronized void removeAll() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
