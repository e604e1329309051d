package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Asks an entity query once while the service starts: the first translation of one costs an event loop hundreds of
 * milliseconds on the JVM, which a first client would feel, and a probe beside it.
 */
@Singleton
public class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final UUID NOBODY = new UUID(0, 0);

    private final Database database;
    private final DocumentRepository documents;

    WarmUp(Database database, DocumentRepository documents) {
        this.database = database;
        this.documents = documents;
    }

    void warmUp(@Observes StartupEvent event) {
        database.read(() ->
                        documents.require(Reach.EVERYTHING, NOBODY).onFailure().recoverWithNull())
                .replaceWith(Uni.createFrom().voidItem())
                .subscribe()
                .with(done -> LOG.debug("Warm"), failure -> LOG.debug("Not warmed up", failure));
    }
}
