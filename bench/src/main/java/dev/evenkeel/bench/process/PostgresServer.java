package dev.evenkeel.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL of the harness's own: the server version that the service embeds, on a free loopback port, with durable
 * settings (fsync and synchronous_commit stay on). Everybody who is measured in one run uses the same server.
 */
public final class PostgresServer implements AutoCloseable {

    private static final int START_SECONDS = 60;

    private final Path binaries;
    private final Path data;
    private final Path log;
    private final int port;
    private ChildProcess process;

    private PostgresServer(Path binaries, Path data, int port, Path log) {
        this.binaries = binaries;
        this.data = data;
        this.port = port;
        this.log = log;
        this.process = launch();
    }

    /** Starts a server on {@code work/pgdata}, which is made when it does not exist. */
    public static PostgresServer start(Path work) {
        Path binaries = PostgresBinaries.unpackedIn(work.resolve("postgres"));
        Path data = work.resolve("pgdata");
        Path log = work.resolve("postgres.log");
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            ChildProcess.run(
                    "initdb",
                    unprivileged(List.of(
                            binaries.resolve("bin/initdb").toString(),
                            "-D",
                            data.toString(),
                            "-U",
                            "postgres",
                            "-A",
                            "trust",
                            "-E",
                            "UTF8",
                            "--locale=C")),
                    work.resolve("initdb.log"),
                    START_SECONDS);
        }
        PostgresServer server = new PostgresServer(binaries, data, Ports.free(), log);
        server.awaitConnection();
        return server;
    }

    /** PostgreSQL refuses to run as root; an own user namespace makes root look like an ordinary user to it. */
    private static List<String> unprivileged(List<String> command) {
        if (!System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "-U"));
        wrapped.addAll(command);
        return wrapped;
    }

    private ChildProcess launch() {
        try {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ChildProcess.start(
                "postgres",
                unprivileged(List.of(
                        binaries.resolve("bin/postgres").toString(),
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "shared_buffers=256MB",
                        "-c",
                        "max_connections=200",
                        "-c",
                        "max_wal_size=4GB")),
                Map.of(),
                log);
    }

    private void awaitConnection() {
        long deadline = System.nanoTime() + START_SECONDS * 1_000_000_000L;
        while (true) {
            try (Connection connection = connect()) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException notYet) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IllegalStateException("PostgreSQL did not start:\n" + process.lastLines(20), notYet);
                }
            }
            Sleep.millis(50);
        }
    }

    public int port() {
        return port;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /** The environment that makes a service use this server. */
    public Map<String, String> serviceEnvironment() {
        return Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "QUARKUS_DATASOURCE_REACTIVE_URL",
                "postgresql://127.0.0.1:" + port + "/postgres",
                "QUARKUS_DATASOURCE_USERNAME",
                "postgres",
                "QUARKUS_DATASOURCE_PASSWORD",
                "postgres");
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /** SIGKILL to the postmaster, as a crash of the database server. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    /** Starts the server again on the same data and port after {@link #kill}. */
    public void restart() {
        // The killed postmaster's children need a moment to see that it is gone and to free the shared memory.
        Sleep.millis(500);
        process = launch();
        awaitConnection();
    }

    @Override
    public void close() {
        // SIGINT: disconnect clients and stop; SIGTERM would wait for them.
        ChildProcess.run(
                "stop-postgres",
                List.of("kill", "-INT", Long.toString(process.pid())),
                log.resolveSibling("stop.log"),
                START_SECONDS);
        Sleep.millis(200);
        process.close();
    }
}
