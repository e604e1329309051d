package dev.evenkeel.platform.database.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A PostgreSQL server on a data directory of its own, reachable on 127.0.0.1 by password.
 *
 * <p>An operating-system lock on the directory decides who owns it: a second service on the same directory is refused; a
 * server that outlived its service ({@code kill -9}) is adopted. All methods block; none may run on an event loop.
 */
public final class PostgresServer implements AutoCloseable {
    public static final String USER = "evenkeel";
    public static final String DATABASE = "postgres";

    private static final Logger LOG = Logger.getLogger(PostgresServer.class);
    private static final int COMMAND_TIMEOUT_S = 120;
    /** A process number that no system gives out. */
    private static final int NO_PROCESS = Integer.MAX_VALUE;

    private final Path directory;
    private final Path cluster;
    private final Path bin;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final String sharedBuffers;
    private final boolean ephemeral;
    private final String password;
    private volatile int port;
    private volatile boolean closed;

    private PostgresServer(EmbeddedPostgresConfig config, Path directory, FileChannel channel, FileLock lock)
            throws IOException {
        this.directory = directory;
        this.cluster = directory.resolve("postgresql");
        this.lockChannel = channel;
        this.lock = lock;
        this.sharedBuffers = config.sharedBuffers();
        this.ephemeral = config.ephemeral();
        this.bin = ServerBinaries.unpack(config.binariesDirectory().orElse(directory.resolve("binaries")))
                .resolve("bin");
        this.password = password(directory.resolve("postgresql.password"));
    }

    /**
     * Starts or adopts the server of a data directory.
     *
     * @throws EmbeddedPostgresException when the directory is in use, belongs to another major version, or the server
     *     does not start
     */
    public static PostgresServer start(EmbeddedPostgresConfig config) {
        Path directory = config.dataDirectory().toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(
                    directory.resolve("evenkeel.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            PostgresServer server = new PostgresServer(config, directory, channel, acquire(channel, directory));
            server.startOrRelease(config.port());
            return server;
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The embedded PostgreSQL cannot use " + directory + ": " + e.getMessage(), e);
        }
    }

    public int port() {
        return port;
    }

    public String password() {
        return password;
    }

    /** True while the postmaster process lives. */
    public boolean alive() {
        return postmaster().isPresent();
    }

    /** Starts the server again, on the same port, if its process has died. */
    public synchronized void revive() {
        if (!closed && !alive()) {
            LOG.warn("The embedded PostgreSQL has died; starting it again");
            try {
                launch(port);
            } catch (IOException e) {
                throw new EmbeddedPostgresException("The embedded PostgreSQL cannot be restarted", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            stop();
            if (ephemeral) {
                deleteRecursively(cluster);
            }
            lock.release();
            lockChannel.close();
        } catch (IOException e) {
            LOG.warn("The embedded PostgreSQL did not stop cleanly", e);
        }
    }

    private void stop() throws IOException {
        if (alive()) {
            run(List.of(program("pg_ctl"), "stop", "-D", cluster.toString(), "-m", "fast", "-w"));
        }
    }

    private static FileLock acquire(FileChannel channel, Path directory) throws IOException {
        FileLock acquired;
        try {
            acquired = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            acquired = null;
        }
        if (acquired == null) {
            channel.close();
            throw new EmbeddedPostgresException("Another Evenkeel is using the data directory " + directory
                    + ". Stop it, or set evenkeel.embedded-postgres.data-directory to another directory.");
        }
        return acquired;
    }

    private void startOrRelease(int wantedPort) throws IOException {
        boolean started = false;
        try {
            startOrAdopt(wantedPort);
            started = true;
        } finally {
            if (!started) {
                lock.release();
                lockChannel.close();
            }
        }
    }

    private void startOrAdopt(int wantedPort) throws IOException {
        if (ephemeral) {
            stop();
            deleteRecursively(cluster);
        }
        if (alive()) {
            port = postmasterLines()
                    .map(lines -> Integer.parseInt(lines.get(3).trim()))
                    .orElseThrow();
            LOG.infof("Adopted the running embedded PostgreSQL on port %d", port);
            return;
        }
        if (!Files.exists(cluster.resolve("PG_VERSION"))) {
            initialise();
        }
        checkVersion();
        launch(wantedPort > 0 ? wantedPort : freePort());
    }

    private void checkVersion() throws IOException {
        String version = Files.readString(cluster.resolve("PG_VERSION")).trim();
        if (!version.equals(String.valueOf(ServerBinaries.MAJOR_VERSION))) {
            throw new EmbeddedPostgresException(cluster + " was written by PostgreSQL " + version
                    + "; this build brings " + ServerBinaries.MAJOR_VERSION
                    + ". Export it with the build that wrote it, or point"
                    + " evenkeel.embedded-postgres.data-directory elsewhere.");
        }
    }

    private void initialise() throws IOException {
        deleteRecursively(cluster);
        Path unfinished = directory.resolve("postgresql.unfinished");
        deleteRecursively(unfinished);
        run(List.of(
                program("initdb"),
                "-D",
                unfinished.toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + directory.resolve("postgresql.password"),
                "-E",
                "UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions"));
        Files.move(unfinished, cluster);
    }

    /**
     * Takes the lock file from a postmaster that is dead but was never waited for: PostgreSQL would take it for a living
     * one. Its other lines stay, so PostgreSQL still refuses to start beside processes that use its shared memory.
     */
    private void disownDefunctPostmaster() throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        if (Files.exists(file)) {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            if (!lines.isEmpty() && defunct(Long.parseLong(lines.get(0).trim()))) {
                lines.set(0, String.valueOf(NO_PROCESS));
                Files.write(file, lines);
            }
        }
    }

    private void launch(int onPort) throws IOException {
        disownDefunctPostmaster();
        List<String> settings = new ArrayList<>(List.of(
                "-p " + onPort,
                "-c listen_addresses=127.0.0.1",
                "-c unix_socket_directories=",
                "-c max_connections=100",
                "-c shared_buffers=" + sharedBuffers,
                "-c max_wal_size=4GB",
                "-c wal_compression=on",
                "-c checkpoint_timeout=15min",
                "-c random_page_cost=1.1",
                "-c jit=off"));
        if (ephemeral) {
            settings.addAll(List.of("-c fsync=off", "-c full_page_writes=off", "-c synchronous_commit=off"));
        }
        run(List.of(
                program("pg_ctl"),
                "start",
                "-D",
                cluster.toString(),
                "-w",
                "-l",
                directory.resolve("postgresql.log").toString(),
                "-o",
                String.join(" ", settings)));
        port = onPort;
    }

    private String program(String name) {
        return bin.resolve(name).toString();
    }

    /** PostgreSQL refuses to run as root; inside a user namespace root is not root. */
    private void run(List<String> command) throws IOException {
        List<String> line = new ArrayList<>();
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            line.addAll(List.of("unshare", "-U"));
        }
        line.addAll(command);
        Path output = Files.createTempFile(directory, "command-", ".out");
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(COMMAND_TIMEOUT_S, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new EmbeddedPostgresException(explain(command, Files.readString(output), root));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while waiting for the embedded PostgreSQL", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private String explain(List<String> command, String output, boolean root) throws IOException {
        String program = String.valueOf(Path.of(command.get(0)).getFileName());
        StringBuilder text = new StringBuilder(program).append(" failed: ").append(output.strip());
        Path log = directory.resolve("postgresql.log");
        if (program.equals("pg_ctl") && Files.exists(log)) {
            List<String> lines = Files.readAllLines(log);
            lines.subList(Math.max(0, lines.size() - 5), lines.size())
                    .forEach(line -> text.append("\n  ").append(line));
        }
        if (root && output.contains("unshare")) {
            text.append(
                    "\nPostgreSQL cannot run as root and this machine allows no user namespaces:"
                            + " run the service as an ordinary user, or configure a server by QUARKUS_DATASOURCE_REACTIVE_URL.");
        }
        return text.toString();
    }

    private Optional<ProcessHandle> postmaster() {
        return postmasterLines()
                .map(lines -> Long.parseLong(lines.get(0).trim()))
                .flatMap(ProcessHandle::of)
                .filter(process -> process.isAlive() && !defunct(process.pid()))
                .filter(process -> process.info()
                        .command()
                        .map(command -> command.contains("postgres"))
                        .orElse(true));
    }

    /** Dead, but never waited for: so it stays in a container whose first process is the service itself. */
    private static boolean defunct(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return status.startsWith("Z", status.lastIndexOf(')') + 2);
        } catch (IOException noSuchFileHere) {
            return false;
        }
    }

    private Optional<List<String>> postmasterLines() {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
            return lines.size() >= 4 ? Optional.of(lines) : Optional.empty();
        } catch (IOException notRunning) {
            return Optional.empty();
        }
    }

    private static String password(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] secret = new byte[24];
            new SecureRandom().nextBytes(secret);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HexFormat.of().formatHex(secret));
        }
        return Files.readString(file).trim();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void deleteRecursively(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
