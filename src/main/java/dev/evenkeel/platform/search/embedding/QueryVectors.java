package dev.evenkeel.platform.search.embedding;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Vectors of queries. A search never fails for want of one: it says that it was done by keyword. */
@ApplicationScoped
public class QueryVectors {
    private static final Logger LOG = Logger.getLogger(QueryVectors.class);

    private final Optional<Embedder> embedder;
    private final Duration timeout;

    QueryVectors(Embedders embedders, EmbeddingConfig config) {
        this.embedder = embedders.configured();
        this.timeout = config.queryTimeout();
    }

    /** The vector of a query, or why there is none; neither when none is wanted. */
    public record QueryVector(
            float @Nullable [] vector, @Nullable String degraded) {
        /** No vector is wanted. */
        public static final QueryVector UNWANTED = new QueryVector(null, null);

        /** There is no model to ask. */
        public static final QueryVector NO_MODEL =
                new QueryVector(null, "No embedding model is configured; searched by keyword.");
    }

    /** Asks the default model. */
    public Uni<QueryVector> of(String query) {
        return embedder.isEmpty() ? Uni.createFrom().item(QueryVector.NO_MODEL) : of(embedder.get(), query);
    }

    /** Asks a model, at most for the configured time; to be called before a connection is taken, so that no lane waits. */
    public Uni<QueryVector> of(Embedder model, String query) {
        return model.embed(List.of(query), Embedder.Purpose.QUERY)
                .ifNoItem()
                .after(timeout)
                .fail()
                .map(made -> new QueryVector(made.vectors().get(0), null))
                .onFailure()
                .invoke(failure -> LOG.debug("No vector for a query", failure))
                .onFailure()
                .recoverWithItem(
                        new QueryVector(null, "The embedding model did not answer in time; searched by keyword."));
    }
}
