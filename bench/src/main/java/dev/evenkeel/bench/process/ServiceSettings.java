package dev.evenkeel.bench.process;

import dev.evenkeel.bench.cli.Options;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which build of the service is started, and with which JVM options. */
public record ServiceSettings(Path jar, List<String> jvmOptions, Map<String, String> environment) {

    /** Declares the options that {@link #from} reads. */
    public static Options declare(Options options) {
        return options.with("service-jar", "target/quarkus-app/quarkus-run.jar", "the packaged service")
                .with("service-jvm", "-Xms256m -Xmx1g", "JVM options of the service")
                .with("service-env", "", "further settings of the service: KEY=VALUE,KEY=VALUE");
    }

    public static ServiceSettings from(Options options) {
        return new ServiceSettings(
                options.path("service-jar"),
                List.of(options.text("service-jvm").strip().split("\\s+")),
                environment(options.text("service-env")));
    }

    private static Map<String, String> environment(String text) {
        Map<String, String> environment = new TreeMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not KEY=VALUE: " + pair);
            }
            environment.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return environment;
    }
}
