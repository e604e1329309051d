package dev.evenkeel.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The PostgreSQL that a service started on its own data directory, as an operator would find it there. */
public final class EmbeddedDatabase {

    private static final String USER = "evenkeel";

    private final Path dataDirectory;

    public EmbeddedDatabase(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** SIGKILL to the postmaster; its children end by themselves. */
    public void kill() throws IOException {
        long pid = Long.parseLong(postmasterLines().get(0).strip());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Ends every other connection to the server; returns how many there were. */
    public int terminateConnections() throws IOException, SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + postmasterLines().get(3).strip() + "/postgres";
        String password =
                Files.readString(dataDirectory.resolve("postgresql.password")).strip();
        try (Connection connection = DriverManager.getConnection(url, USER, password);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select count(*) from (select pg_terminate_backend(pid)"
                                + " from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend')")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private List<String> postmasterLines() throws IOException {
        return Files.readAllLines(dataDirectory.resolve("postgresql/postmaster.pid"));
    }
}
