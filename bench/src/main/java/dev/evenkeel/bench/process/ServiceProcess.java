package dev.evenkeel.bench.process;

import dev.evenkeel.bench.load.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An Evenkeel service in a process of its own, started from the packaged jar. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(120);

    private final String name;
    private final Path jar;
    private final List<String> jvmOptions;
    private final Map<String, String> environment;
    private final Path log;
    private final Target target;
    private final String token;
    private final int managementPort;
    private Target management;
    private ChildProcess process;

    private ServiceProcess(
            String name,
            Path jar,
            List<String> jvmOptions,
            Map<String, String> environment,
            Path log,
            Target target,
            int managementPort,
            String token) {
        this.name = name;
        this.jar = jar;
        this.jvmOptions = jvmOptions;
        this.environment = environment;
        this.log = log;
        this.target = target;
        this.management = target;
        this.managementPort = managementPort;
        this.token = token;
        this.process = launch();
    }

    /** Starts the service; the caller waits with {@link #awaitReady}. The environment may add or replace settings. */
    public static ServiceProcess start(
            String name, ServiceSettings settings, Path work, Map<String, String> environment) {
        if (!Files.exists(settings.jar())) {
            throw new IllegalStateException(settings.jar() + " is missing: run ./mvnw -q -DskipTests package first");
        }
        int port = Ports.free();
        int managementPort = Ports.free();
        String token = BearerToken.random();
        Map<String, String> all = new HashMap<>(Map.of(
                "QUARKUS_HTTP_HOST",
                "127.0.0.1",
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
                "QUARKUS_MANAGEMENT_HOST",
                "127.0.0.1",
                "QUARKUS_MANAGEMENT_PORT",
                Integer.toString(managementPort),
                "EVENKEEL_ACCESS_BOOTSTRAP_TOKEN",
                token,
                "EVENKEEL_IDENTITY_KEY_ENCRYPTION_KEY",
                "YmVuY2gtb25seS0wMTIzNDU2Nzg5LWFiY2RlZmdoaWo=",
                "EVENKEEL_EMBEDDED_POSTGRES_DATA_DIRECTORY",
                work.resolve("data").toAbsolutePath().toString()));
        all.putAll(settings.environment());
        all.putAll(environment);
        return new ServiceProcess(
                name,
                settings.jar(),
                settings.jvmOptions(),
                Map.copyOf(all),
                work.resolve(name + ".log"),
                Target.local(name, port),
                managementPort,
                all.getOrDefault("EVENKEEL_ACCESS_BOOTSTRAP_TOKEN", token));
    }

    private ChildProcess launch() {
        return ChildProcess.start(name, JavaCommand.jar(jvmOptions, jar), environment, log);
    }

    /** Waits until the readiness probe says yes, on the management port or, where there is none, on the main one. */
    public ServiceProcess awaitReady() {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        Target separate = Target.local(name, managementPort);
        while (!ready(separate) && !ready(target)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw notReady();
            }
            Sleep.millis(50);
        }
        return this;
    }

    private boolean ready(Target candidate) {
        if (HttpProbe.status(candidate, "/q/health/ready") != 200) {
            return false;
        }
        management = candidate;
        return true;
    }

    private IllegalStateException notReady() {
        return new IllegalStateException(name + " did not become ready, see " + log + "\n" + process.lastLines(30));
    }

    /** Where health and metrics are answered. */
    public Target management() {
        return management;
    }

    public Target target() {
        return target;
    }

    public String token() {
        return token;
    }

    public ChildProcess process() {
        return process;
    }

    /** Warnings of a blocked event loop in its log. */
    public long blockedWarnings() {
        return process.logText()
                .lines()
                .filter(line -> line.contains("has been blocked for"))
                .count();
    }

    /** SIGKILL, as a crash. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    /** Starts the killed service again with the same settings. */
    public void restart() {
        process = launch();
        awaitReady();
    }

    @Override
    public void close() {
        process.close();
    }
}
