package dev.evenkeel.bench.process;

import dev.evenkeel.bench.cli.Options;
import java.nio.file.Path;
import java.util.List;

/** Which build of the service is started, and with which JVM options. */
public record ServiceSettings(Path jar, List<String> jvmOptions) {

    /** Declares the options that {@link #from} reads. */
    public static Options declare(Options options) {
        return options.with("service-jar", "target/quarkus-app/quarkus-run.jar", "the packaged service")
                .with("service-jvm", "-Xms256m -Xmx1g", "JVM options of the service");
    }

    public static ServiceSettings from(Options options) {
        return new ServiceSettings(
                options.path("service-jar"),
                List.of(options.text("service-jvm").strip().split("\\s+")));
    }
}
