package dev.evenkeel.bench.process;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.load.Target;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The service a command works on: one it starts on an embedded PostgreSQL, or one that already runs ({@code --url}). */
public final class ServiceUnderTest implements AutoCloseable {

    private final Evenkeel api;
    private final Target management;
    private final @Nullable ServiceProcess started;

    private ServiceUnderTest(Evenkeel api, Target management, @Nullable ServiceProcess started) {
        this.api = api;
        this.management = management;
        this.started = started;
    }

    /** Declares the options that {@link #start} reads. */
    public static Options declare(Options options) {
        return OutsideDatabase.declare(ServiceSettings.declare(options))
                .with("url", "", "a running service on this machine, instead of starting one")
                .with("management-url", "", "where that service answers its probes, when it is not --url")
                .with("token", "", "access token for --url");
    }

    public static ServiceUnderTest start(Options options, String command) {
        return start(options, command, Map.of());
    }

    /** Starts the service with settings that the command needs; they do not reach a service that already runs. */
    public static ServiceUnderTest start(Options options, String command, Map<String, String> environment) {
        if (options.isSet("url")) {
            Target target = target(options.text("url"));
            Target management = options.isSet("management-url") ? target(options.text("management-url")) : target;
            return new ServiceUnderTest(new Evenkeel(target, options.text("token")), management, null);
        }
        Path work = WorkDirectory.fresh(options, command);
        Map<String, String> settings = new HashMap<>(environment);
        settings.putAll(OutsideDatabase.settings(options));
        ServiceProcess process = ServiceProcess.start("Evenkeel", ServiceSettings.from(options), work, settings)
                .awaitReady();
        return new ServiceUnderTest(new Evenkeel(process.target(), process.token()), process.management(), process);
    }

    private static Target target(String url) {
        URI uri = URI.create(url);
        return new Target("Evenkeel", uri.getHost(), uri.getPort());
    }

    public Evenkeel api() {
        return api;
    }

    /** Where health and metrics are answered. */
    public Target management() {
        return management;
    }

    /** Warnings of a blocked event loop in the log of a service that this command started. */
    public long blockedWarnings() {
        return started == null ? 0 : started.blockedWarnings();
    }

    /** Resident memory of a service that this command started, in bytes; 0 of another. */
    public long residentBytes() {
        return started == null ? 0 : started.process().residentBytes();
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
        }
    }
}
