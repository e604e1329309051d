package dev.evenkeel.platform.database.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** The server's programs: an archive on the class path, unpacked once per version into a directory. */
final class ServerBinaries {
    static final int MAJOR_VERSION = 18;

    private static final String VERSION = "18.6.0";

    private ServerBinaries() {}

    /**
     * Unpacks the programs under {@code parent} unless they are there already; safe against several processes and threads
     * at once.
     *
     * @return the directory that holds {@code bin}, {@code lib} and {@code share}
     */
    static synchronized Path unpack(Path parent) throws IOException {
        Path target = parent.resolve("postgresql-" + VERSION).toAbsolutePath();
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(parent);
        try (FileChannel channel = FileChannel.open(
                        parent.resolve("unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Objects.requireNonNull(lock);
            if (!Files.isDirectory(target)) {
                Path unfinished = Files.createTempDirectory(parent, "unpack-");
                extract(unfinished);
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return target;
    }

    private static void extract(Path target) throws IOException {
        try (InputStream resource = archive();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(resource)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive has an entry outside itself: " + entry.getName());
                }
                write(tar, entry, path);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
        if ((entry.getMode() & 0100) != 0) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(path));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    private static InputStream archive() {
        String name = "/postgres-" + system() + "-" + processor() + ".txz";
        @Nullable InputStream stream = ServerBinaries.class.getResourceAsStream(name);
        if (stream == null) {
            throw new EmbeddedPostgresException("No embedded PostgreSQL for this machine (" + name
                    + " is not in this build). Configure a server by QUARKUS_DATASOURCE_REACTIVE_URL and"
                    + " QUARKUS_DATASOURCE_JDBC_URL.");
        }
        return stream;
    }

    private static String system() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.contains("mac") ? "darwin" : name.contains("linux") ? "linux" : name;
    }

    private static String processor() {
        String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> name;
        };
    }
}
