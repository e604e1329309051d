package dev.evenkeel.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.bench.process.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The machine of a run, without which its figures mean nothing. */
public record Machine(
        String when,
        int cores,
        @JsonProperty("cpu") String cpuModel,
        @JsonProperty("memory_gib") long memoryGib,
        String os,
        String java,
        @Nullable String postgresql,
        @JsonProperty("scheduler_autogroup") boolean autogroup,
        @JsonProperty("load_average") String loadAverage) {

    /** Describes this machine; the database version only when a database is given. */
    public static Machine describe(@Nullable PostgresServer database) {
        return new Machine(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                Math.round(Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "")) / 1048576.0),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                database == null ? null : version(database),
                firstLine("/proc/sys/kernel/sched_autogroup_enabled").equals("1"),
                firstLine("/proc/loadavg"));
    }

    /** One sentence for a page. */
    public String sentence() {
        return "%s: %d cores (%s), %d GiB, %s, %s%s%s; load average before the run %s. Server, database and load generator share the machine."
                .formatted(
                        when,
                        cores,
                        cpuModel,
                        memoryGib,
                        os,
                        java,
                        postgresql == null ? "" : ", PostgreSQL " + postgresql,
                        autogroup ? ", processors shared out by sessions (autogroup)" : "",
                        loadAverage);
    }

    private static String version(PostgresServer database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show server_version")) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot ask PostgreSQL for its version", e);
        }
    }

    private static String field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0");
        } catch (IOException notLinux) {
            return "0";
        }
    }

    private static String firstLine(String file) {
        try {
            return Files.readString(Path.of(file)).strip().replaceFirst(" \\d+/.*", "");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }
}
