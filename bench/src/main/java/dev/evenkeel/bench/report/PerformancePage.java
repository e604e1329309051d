package dev.evenkeel.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page that holds the latest table of every command, each between its own pair of markers. */
public final class PerformancePage {

    private static final String HEAD = """
            # Performance

            Every table is written by `bench/run.sh NAME`, see [bench/README.md](../bench/README.md) for what each one measures.
            Compare ratios inside one table; absolute figures belong to the machine and the hour.
            """;

    private final Path file;

    public PerformancePage(Path file) {
        this.file = file;
    }

    /** Puts the text between the markers of the section, which are added at the end when they are missing. */
    public void replace(String section, String text) {
        String begin = "<!-- bench:" + section + " -->";
        String end = "<!-- /bench:" + section + " -->";
        try {
            String page = Files.exists(file) ? Files.readString(file) : HEAD;
            int from = page.indexOf(begin);
            int to = page.indexOf(end);
            String block = begin + "\n" + text.strip() + "\n" + end;
            String changed = from < 0 || to < from
                    ? page.stripTrailing() + "\n\n" + block + "\n"
                    : page.substring(0, from) + block + page.substring(to + end.length());
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            Files.writeString(file, changed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
