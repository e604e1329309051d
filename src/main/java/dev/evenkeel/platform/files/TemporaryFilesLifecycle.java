package dev.evenkeel.platform.files;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Takes the temporary files away with the service, when everything that uses them has stopped. */
@Singleton
class TemporaryFilesLifecycle {
    private static final Logger LOG = Logger.getLogger(TemporaryFilesLifecycle.class);

    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        try {
            TemporaryFiles.removeAll();
        } catch (IOException e) {
            LOG.warnf("Temporary files are left for the next start to remove: %s", e.getMessage());
        }
    }
}
