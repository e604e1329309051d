package dev.evenkeel.bench.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.evenkeel.bench.cli.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a command leaves behind: {@code NAME.json} with everything it measured, a section of the performance page, and the
 * same text on standard output.
 */
public final class Report {

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .setSerializationInclusion(JsonInclude.Include.NON_NULL);

    private final String name;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    public Report(String name, String title, Machine machine) {
        this.name = name;
        values.put("name", name);
        values.put("machine", machine);
        text.append("## ")
                .append(title)
                .append("\n\n")
                .append(machine.sentence())
                .append("\n");
    }

    /** Declares the options that {@link #write} reads. */
    public static Options declare(Options options) {
        return options.with("results", "bench/target/results", "directory of the JSON result")
                .with("page", "", "Markdown page that gets the table (docs/performance.md)");
    }

    public Report value(String key, Object value) {
        values.put(key, value);
        return this;
    }

    public Report paragraph(String paragraph) {
        text.append('\n').append(paragraph.strip()).append('\n');
        return this;
    }

    public Report table(MarkdownTable table) {
        text.append('\n').append(table);
        return this;
    }

    public void write(Options options) {
        Path directory = options.path("results");
        Path file = directory.resolve(name + ".json");
        try {
            Files.createDirectories(directory);
            MAPPER.writeValue(file.toFile(), values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (options.isSet("page")) {
            new PerformancePage(options.path("page")).replace(name, text.toString());
        }
        System.out.println();
        System.out.println(text);
        System.out.println("written: " + file + (options.isSet("page") ? ", " + options.path("page") : ""));
    }
}
