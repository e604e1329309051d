package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.embedded.PostgresServer;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ServerSettings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The packaged service as a process, on ports of its own, with its log in a file. */
final class ServiceProcess implements AutoCloseable {
    static final String TOKEN = "a-token-for-processes-0123456789-xyz";

    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(60);

    private static final Path JAR = Path.of(System.getProperty("evenkeel.jar", "target/quarkus-app/quarkus-run.jar"))
            .toAbsolutePath();
    private static final ClassArchive CLASSES = new ClassArchive(Path.of("target/service-classes.jsa"), JAR);

    /** Below the ports that systems give away by themselves, such as to the database that a process brings. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(20_000, 30_000));

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private ServiceProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** How a service is to be started. */
    static final class Plan {
        private final Path directory;
        private final Map<String, String> environment = new TreeMap<>();

        private Plan(Path directory) {
            this.directory = directory;
        }

        Plan with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Uses a server that the test has started, instead of bringing one. */
        Plan on(PostgresServer database) {
            String address = "://127.0.0.1:" + database.port() + "/" + PostgresServer.DATABASE;
            return with("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql" + address)
                    .with("QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql" + address)
                    .with("QUARKUS_DATASOURCE_USERNAME", PostgresServer.USER)
                    .with("QUARKUS_DATASOURCE_PASSWORD", database.password());
        }

        /** Starts the process and does not wait for it. */
        ServiceProcess start() throws IOException {
            int port = freePort();
            int managementPort = freePort();
            Path log = Files.createTempFile(Files.createDirectories(directory), "service-", ".log");
            // Half of the work of a start would be code that is optimised and then hardly runs: most processes live for
            // seconds.
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx384m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-jar",
                            JAR.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("QUARKUS_") || name.startsWith("EVENKEEL_"));
            builder.environment()
                    .putAll(Map.of(
                            "QUARKUS_HTTP_HOST",
                            "127.0.0.1",
                            "QUARKUS_HTTP_PORT",
                            String.valueOf(port),
                            "QUARKUS_MANAGEMENT_HOST",
                            "127.0.0.1",
                            "QUARKUS_MANAGEMENT_PORT",
                            String.valueOf(managementPort),
                            "EVENKEEL_ACCESS_BOOTSTRAP_TOKEN",
                            TOKEN,
                            "EVENKEEL_IDENTITY_KEY_ENCRYPTION_KEY",
                            "cHJvY2Vzc2VzLW9mLXRlc3RzLTAxMjM0NTY3ODlhYmM=",
                            "EVENKEEL_EMBEDDED_POSTGRES_BINARIES_DIRECTORY",
                            ServerSettings.BINARIES.toAbsolutePath().toString()));
            builder.environment().putAll(environment);
            environment.forEach((name, value) -> {
                if (value.isEmpty()) {
                    builder.environment().remove(name);
                }
            });
            return new ServiceProcess(CLASSES.start(builder), log, port, managementPort);
        }

        /** Starts the process and waits until it is ready. */
        ServiceProcess startReady() throws IOException {
            ServiceProcess service = start();
            service.awaitReady();
            return service;
        }
    }

    /** A service whose working directory, and so its {@code data}, is the one given. */
    static Plan in(Path directory) {
        return new Plan(directory);
    }

    URI api(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean running() {
        return process.isAlive();
    }

    void awaitReady() {
        Eventually.holds(START, () -> {
            if (!process.isAlive()) {
                throw new DeadException("The service has ended:\n" + log());
            }
            assertThat(probe("ready")).isEqualTo(200);
        });
    }

    /** The status of a probe; 0 when there is no answer. */
    int probe(String name) {
        try {
            return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/q/health/" + name))
                            .timeout(Duration.ofSeconds(5)))
                    .statusCode();
        } catch (UncheckedIOException noAnswer) {
            return 0;
        }
    }

    HttpResponse<String> management(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(30)));
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> post(String path, JsonObject body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(api(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN);
    }

    /** Sends a request; no answer is an {@link UncheckedIOException}. */
    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /** Ends the process as a power cut would. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Asks the process to end (SIGTERM) and does not wait. */
    void terminate() {
        process.destroy();
    }

    /** The exit status of a process that ends by itself or was asked to. */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS))
                .as("the process ends: %s", log())
                .isTrue();
        return process.exitValue();
    }

    /** Asks the process to end and waits for it. */
    int stop() throws InterruptedException {
        terminate();
        return awaitExit();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails when an event loop was blocked. */
    void wasNeverBlocked() {
        assertThat(linesWith("has been blocked")).isEmpty();
    }

    /** Fails when anything was logged that a person would have to look at. */
    void wasCalm() {
        wasNeverBlocked();
        assertThat(linesWith(" ERROR ")).isEmpty();
    }

    private List<String> linesWith(String text) {
        List<String> lines = new ArrayList<>();
        log().lines().filter(line -> line.contains(text)).forEach(lines::add);
        return lines;
    }

    /** A port that nothing listens on, and that neither another process is given nor a system gives away by itself. */
    static int freePort() {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one is tried, of which there are thousands.
            }
        }
    }

    /** Stops the process in whatever state it is, and the server it may have left. */
    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** Waiting any longer is in vain. */
    private static final class DeadException extends Error {
        private static final long serialVersionUID = 1L;

        DeadException(String message) {
            super(message);
        }
    }
}
