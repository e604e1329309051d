package dev.evenkeel.platform.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ServerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server: starts from nothing, keeps what it was given, and belongs to one service at a time. */
class PostgresServerTest {
    private static final Duration RESTART = Duration.ofSeconds(30);

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void startsFromNothingAndAsksForThePassword() throws Exception {
        // When a server is started on an empty directory
        try (PostgresServer server = PostgresServer.start(ServerSettings.empty(directory))) {
            // Then it answers to its password
            assertThat(query(server, "select current_setting('server_version_num')::int / 10000"))
                    .isEqualTo(String.valueOf(ServerBinaries.MAJOR_VERSION));
            // And to no other
            assertThatThrownBy(() -> connect(server.port(), "guess")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(server.port(), "")).isInstanceOf(SQLException.class);
            // And only its owner can read that
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve("postgresql.password"))))
                    .isEqualTo("rw-------");
            assertThat(server.password()).matches("[0-9a-f]{48}");
            // And it listens on this machine only, in UTF-8, sorting by code point
            assertThat(query(server, "select current_setting('listen_addresses')"))
                    .isEqualTo("127.0.0.1");
            assertThat(query(server, "select current_setting('server_encoding')"))
                    .isEqualTo("UTF8");
            assertThat(query(server, "select string_agg(c, '' order by c) from unnest(array['a','B','é','Z']) c"))
                    .isEqualTo("BZaé");
        }
    }

    @Test
    void keepsDataAndPasswordOverARestart() throws Exception {
        // Given a server with data, that was stopped
        String password;
        try (PostgresServer server = PostgresServer.start(ServerSettings.durable(directory))) {
            execute(server, "create table kept as select 17 as number");
            password = server.password();
        }
        // When it is started again
        try (PostgresServer server = PostgresServer.start(ServerSettings.durable(directory))) {
            // Then all is there
            assertThat(query(server, "select number from kept")).isEqualTo("17");
            assertThat(server.password()).isEqualTo(password);
        }
    }

    @Test
    void anEphemeralServerBeginsEmptyAndLeavesNothing() throws Exception {
        // Given a server with data whose service died
        leaveServerOfKilledService();
        // When an ephemeral one is started in its place
        try (PostgresServer server = PostgresServer.start(ServerSettings.empty(directory))) {
            // Then nothing of it is seen
            assertThat(query(server, "select to_regclass('kept')")).isNull();
        }
        // And nothing stays
        assertThat(directory.resolve("postgresql")).doesNotExist();
    }

    @Test
    void aDirectoryHasOneOwner() {
        try (PostgresServer owner = PostgresServer.start(ServerSettings.empty(directory))) {
            // When a second service wants the directory
            assertThatThrownBy(() -> PostgresServer.start(ServerSettings.empty(directory)))
                    // Then it is told who has it and what to do
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("Another Evenkeel is using the data directory " + directory)
                    .hasMessageContaining("evenkeel.embedded-postgres.data-directory");
            // And the owner is not disturbed
            assertThat(owner.alive()).isTrue();
        }
        // And when the owner has gone, the directory is free
        try (PostgresServer next = PostgresServer.start(ServerSettings.empty(directory))) {
            assertThat(next.alive()).isTrue();
        }
    }

    @Test
    void adoptsTheServerOfAServiceThatDied() throws Exception {
        // Given a server whose service died without stopping it
        leaveServerOfKilledService();
        long postmaster = postmaster();
        // When the service comes again
        try (PostgresServer server = PostgresServer.start(ServerSettings.durable(directory))) {
            // Then it goes on with the server that is running
            assertThat(postmaster()).isEqualTo(postmaster);
            assertThat(query(server, "select number from kept")).isEqualTo("17");
        }
        // And stops it in the end
        Eventually.holds(() -> assertThat(ProcessHandle.of(postmaster)).isEmpty());
    }

    @Test
    void startsAfterACrashOfTheWholeMachine() throws Exception {
        // Given a server that was killed together with its service
        leaveServerOfKilledService();
        kill(postmaster());
        // When the service comes again, then what was committed is there
        try (PostgresServer server = PostgresServer.start(ServerSettings.durable(directory))) {
            assertThat(query(server, "select number from kept")).isEqualTo("17");
        }
    }

    @Test
    void startsAfterAPostmasterThatNobodyWaitedFor() throws Exception {
        // Given a crashed server whose process stays in the process table
        leaveServerOfKilledService();
        kill(postmaster());
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 60").start();
        try (BufferedReader output = parent.inputReader()) {
            String defunct = output.readLine();
            Path status = Path.of("/proc", defunct, "stat");
            Eventually.holds(() -> assertThat(status).content().contains(") Z "));
            Path file = directory.resolve("postgresql/postmaster.pid");
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            lines.set(0, defunct);
            Files.write(file, lines);
            // When the service comes again, then what was committed is there
            try (PostgresServer server = PostgresServer.start(ServerSettings.durable(directory))) {
                assertThat(query(server, "select number from kept")).isEqualTo("17");
            }
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aKilledServerIsRevivedOnItsPort() throws Exception {
        try (PostgresServer server = PostgresServer.start(ServerSettings.durable(directory))) {
            execute(server, "create table kept as select 17 as number");
            int port = server.port();
            // Given a postmaster that is killed while a client is connected
            try (Connection client = connect(port, server.password())) {
                assertThat(client.isValid(5)).isTrue();
                kill(postmaster());
                assertThat(server.alive()).isFalse();
                // When it is revived
                server.revive();
            }
            // Then it answers at the same address, with its data
            assertThat(server.port()).isEqualTo(port);
            Eventually.holds(
                    RESTART,
                    () -> assertThat(query(server, "select number from kept")).isEqualTo("17"));
            // And reviving what lives does nothing
            long postmaster = postmaster();
            server.revive();
            assertThat(postmaster()).isEqualTo(postmaster);
        }
    }

    @Test
    void dataOfAnotherMajorVersionAreLeftAlone() throws Exception {
        // Given a directory that PostgreSQL 12 has written
        Path cluster = Files.createDirectories(directory.resolve("postgresql"));
        Files.writeString(cluster.resolve("PG_VERSION"), "12\n");
        // When a server is started there
        assertThatThrownBy(() -> PostgresServer.start(ServerSettings.durable(directory)))
                // Then it refuses and says which versions meet
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("was written by PostgreSQL 12; this build brings 18");
        // And touches nothing
        assertThat(Files.readString(cluster.resolve("PG_VERSION"))).isEqualTo("12\n");
        // And holds no lock: the same refusal comes again
        assertThatThrownBy(() -> PostgresServer.start(ServerSettings.durable(directory)))
                .hasMessageContaining("was written by PostgreSQL 12");
    }

    @Test
    void anInterruptedFirstStartIsDoneAgain() throws Exception {
        // Given what an initialisation leaves when it is killed half-way
        Files.createDirectories(directory.resolve("postgresql.unfinished/base"));
        Files.writeString(directory.resolve("postgresql.unfinished/PG_VERSION"), "18\n");
        // When the server is started, then it starts from nothing
        try (PostgresServer server = PostgresServer.start(ServerSettings.empty(directory))) {
            assertThat(query(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aDirectoryThatIsAFileIsRefusedClearly() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThatThrownBy(() -> PostgresServer.start(ServerSettings.durable(file)))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("cannot use " + file);
    }

    @Test
    void theProgramsAreUnpackedOnceByAsManyAsCome() throws Exception {
        // Given two processes and two threads that need the programs at the same moment
        List<Process> processes = List.of(java(UnpackingProcess.class), java(UnpackingProcess.class));
        List<CompletableFuture<Path>> threads = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return ServerBinaries.unpack(directory);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        Concurrently.THREADS))
                .toList();
        // Then all get the same directory
        Path first = threads.get(0).get(60, TimeUnit.SECONDS);
        assertThat(threads.get(1).get(60, TimeUnit.SECONDS)).isEqualTo(first);
        for (Process process : processes) {
            try (BufferedReader output = process.inputReader()) {
                assertThat(output.lines().toList()).contains(first.toString());
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        // And it is complete
        assertThat(first.resolve("bin/postgres")).isExecutable();
        assertThat(first.resolve("bin/initdb")).isExecutable();
        // And nothing half-done lies beside it
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(first.getFileName().toString(), "unpack.lock");
        }
    }

    @Test
    void closingTwiceDoesNoHarm() {
        PostgresServer server = PostgresServer.start(ServerSettings.empty(directory));
        server.close();
        assertThatCode(server::close).doesNotThrowAnyException();
        server.revive();
        assertThat(server.alive()).isFalse();
    }

    /** What remains of a service after kill -9: its server, with a table, and nobody who owns it. */
    private void leaveServerOfKilledService() throws Exception {
        Process service = java(ServerOwner.class);
        try (BufferedReader output = service.inputReader()) {
            assertThat(output.lines().anyMatch(ServerOwner.READY::equals)).isTrue();
        }
        assertThat(service.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(postmaster())).isPresent();
    }

    /** A Java process that gets the directory as its argument. */
    private Process java(Class<?> main) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("postgresql/postmaster.pid"))
                .get(0)
                .trim());
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        // They hold its shared memory, and end by themselves a little later
        List<ProcessHandle> children = process.children().toList();
        assertThat(process.destroyForcibly()).isTrue();
        Eventually.holds(() -> assertThat(process.isAlive()).isFalse());
        Eventually.holds(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
    }

    private static Connection connect(int port, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + PostgresServer.DATABASE, PostgresServer.USER, password);
    }

    private static String query(PostgresServer server, String sql) {
        try (Connection connection = connect(server.port(), server.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server.port(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
