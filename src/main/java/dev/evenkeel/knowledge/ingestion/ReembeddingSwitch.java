package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The moment at which a collection goes over to the vectors of its new model: one transaction, which is refused while any chunk would
 * be lost to search by it.
 */
@ApplicationScoped
class ReembeddingSwitch {
    private static final Duration A_MOMENT = Duration.ofMillis(200);

    private final Embedders embedders;
    private final ReembeddingState state;
    private final VectorIndex vectors;
    private final CorpusState corpora;

    ReembeddingSwitch(Embedders embedders, ReembeddingState state, VectorIndex vectors, CorpusState corpora) {
        this.embedders = embedders;
        this.state = state;
        this.vectors = vectors;
        this.corpora = corpora;
    }

    /** Something was written meanwhile that has to be embedded before the switch. */
    private static final class NotThere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotThere() {
            super("not there yet", null, false, false);
        }
    }

    /**
     * Switches, unless something was written since it was caught up with that has no vector yet. The job of a collection that is
     * searched by the model already ends with that.
     */
    Uni<Boolean> isLate(ReembeddingWay way) {
        return vectors.keepUp(way.collection.corpusNo(), way.modelNo, way.model.dimension())
                .chain(() -> embedders.of(way.collection.embeddingModelId()))
                .onFailure()
                .transform(ChunkEmbedding::forJob)
                .chain(present -> way.isSearched()
                        ? way.run.finish(tx -> switchOver(tx, way, present))
                        : way.run.step(Reembedding.EMBED, way.total(), way.total(), tx -> switchOver(tx, way, present)))
                .replaceWith(false)
                .onFailure(NotThere.class)
                .recoverWithUni(
                        () -> Uni.createFrom().item(true).onItem().delayIt().by(A_MOMENT));
    }

    private Uni<Void> switchOver(SqlConnection tx, ReembeddingWay way, Optional<Embedder> present) {
        return state.lock(tx, way.goal.collectionId()).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            if (!found.get().embedsAs(way.collection)) {
                throw new RetryLater(ReembeddingWay.SOON, "The collection has changed; its way begins anew.");
            }
            return state.hasLatecomers(tx, found.get(), present, way.modelNo, way.position.version(), way.refused)
                    .chain(late -> {
                        if (late) {
                            throw new NotThere();
                        }
                        return ReembeddingState.isObsolete(tx, way.collection.corpusNo(), way.modelNo);
                    })
                    .chain(obsolete -> {
                        if (obsolete) {
                            throw new RetryLater(
                                    ReembeddingWay.SOON, "The collection was sent elsewhere and back; it begins anew.");
                        }
                        return state.arrive(tx, found.get(), way.goal.modelId(), way.modelNo);
                    })
                    // What was answered by the old vectors is not the answer any more.
                    .chain(() -> corpora.commitChange(tx, way.collection.corpusNo(), 0, 0, List.of(), List.of()))
                    .replaceWithVoid();
        });
    }
}
