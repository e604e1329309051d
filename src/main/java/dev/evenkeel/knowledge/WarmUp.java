package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Asks the queries of the hot routes once while the service starts: the first translation of an entity query costs an
 * event loop hundreds of milliseconds on the JVM, which a first client would feel, and a probe beside it.
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
        DocumentFilter ofCollection = new DocumentFilter(NOBODY, null, null, null);
        DocumentFilter any = new DocumentFilter(null, null, null, null);
        database.read(() -> documents
                        .list(any, 1, null)
                        .chain(() -> documents.list(ofCollection, 1, null))
                        .chain(() -> documents.list(ofCollection, 1, NOBODY))
                        .chain(() -> documents.require(NOBODY).onFailure().recoverWithNull()))
                .replaceWith(Uni.createFrom().voidItem())
                .subscribe()
                .with(done -> LOG.debug("Warm"), failure -> LOG.debug("Not warmed up", failure));
    }
}
