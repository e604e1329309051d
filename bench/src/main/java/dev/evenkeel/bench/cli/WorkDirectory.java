package dev.evenkeel.bench.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where a command keeps databases and logs while it runs. */
public final class WorkDirectory {

    private WorkDirectory() {}

    /** Declares the option that {@link #fresh} reads. */
    public static Options declare(Options options) {
        return options.with("work", "bench/target/work", "directory for databases and logs; emptied at the start");
    }

    /** An empty directory of the command; the unpacked database server of earlier runs is kept. */
    public static Path fresh(Options options, String command) {
        Path directory = options.path("work").resolve(command).toAbsolutePath();
        try {
            Files.createDirectories(directory);
            try (Stream<Path> entries = Files.list(directory)) {
                entries.filter(entry -> !entry.endsWith("postgres")).forEach(WorkDirectory::delete);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
