package dev.evenkeel.platform;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** Refuses to start on a configuration that would be unsafe, naming every key that has to change. */
@Singleton
public class StartupChecks {
    private static final Logger LOG = Logger.getLogger(StartupChecks.class);

    private final Instance<StartupCheck> checks;

    StartupChecks(Instance<StartupCheck> checks) {
        this.checks = checks;
    }

    void check(@Observes @Priority(1) StartupEvent event) {
        List<String> findings =
                checks.stream().flatMap(check -> check.findings().stream()).toList();
        if (!findings.isEmpty()) {
            findings.forEach(LOG::error);
            throw new IllegalStateException("Unsafe configuration: " + String.join("; ", findings));
        }
    }
}
