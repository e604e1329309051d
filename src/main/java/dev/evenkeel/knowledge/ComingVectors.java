package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Every replica that searches a collection has the vectors in memory that are being made for it, so that it goes on finding
 * by meaning when the collection goes over to them, whichever replica makes them.
 */
@ApplicationScoped
class ComingVectors {
    private static final Logger LOG = Logger.getLogger(ComingVectors.class);
    private static final long EVERY_MS = 5_000;

    private static final String ON_THE_WAY = """
            select corpus_no, next_embedding_model_id from collection
            where next_embedding_model_id <> embedding_model_id and deleted_at is null and corpus_no = any($1)""";

    private final Vertx vertx;
    private final Database database;
    private final Embedders embedders;
    private final VectorIndex vectors;
    private final AtomicBoolean busy = new AtomicBoolean();
    private long timer = -1;

    ComingVectors(Vertx vertx, Database database, Embedders embedders, VectorIndex vectors) {
        this.vertx = vertx;
        this.database = database;
        this.embedders = embedders;
        this.vectors = vectors;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(EVERY_MS, id -> look());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void look() {
        Set<Long> resident = vectors.residentCorpora();
        if (!resident.isEmpty() && busy.compareAndSet(false, true)) {
            keepUp(resident)
                    .onTermination()
                    .invoke(() -> busy.set(false))
                    .subscribe()
                    .with(done -> {}, failure -> LOG.debug("Vectors to come were not loaded", failure));
        }
    }

    private record Coming(long corpusNo, UUID modelId) {}

    private Uni<Void> keepUp(Set<Long> corpusNos) {
        return database.readSql(connection -> connection
                        .preparedQuery(ON_THE_WAY)
                        .execute(Tuple.of(corpusNos.toArray(Long[]::new)))
                        .map(rows -> {
                            List<Coming> coming = new ArrayList<>();
                            rows.forEach(row -> coming.add(
                                    new Coming(row.getLong("corpus_no"), row.getUUID("next_embedding_model_id"))));
                            return coming;
                        }))
                .chain(all -> Multi.createFrom()
                        .iterable(all)
                        .onItem()
                        .transformToUniAndConcatenate(this::keepUp)
                        .collect()
                        .last()
                        .replaceWithVoid());
    }

    private Uni<Void> keepUp(Coming coming) {
        return embedders
                .of(coming.modelId())
                .onFailure()
                .recoverWithItem(Optional.empty())
                .chain(model -> model.isEmpty() ? Uni.createFrom().voidItem() : keepUp(coming, model.get()));
    }

    private Uni<Void> keepUp(Coming coming, Embedder model) {
        return database.readSql(connection -> vectors.knownModelNo(connection, model.model(), model.dimension()))
                .chain(modelNo -> modelNo == null
                        ? Uni.createFrom().voidItem()
                        : vectors.keepUp(coming.corpusNo(), modelNo, model.dimension()));
    }
}
