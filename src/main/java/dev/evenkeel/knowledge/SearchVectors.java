package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.ModelSetting;
import dev.evenkeel.platform.search.embedding.QueryVectors;
import dev.evenkeel.platform.search.embedding.QueryVectors.QueryVector;
import dev.evenkeel.platform.search.vector.Metric;
import dev.evenkeel.platform.search.vector.VectorHit;
import dev.evenkeel.platform.search.vector.VectorHits;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.platform.search.vector.VectorQuery;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The vector arms of a search: one for each model of the collections searched. The query is embedded once a model; cosines of
 * different models say nothing about each other, so that their hits are put together by rank.
 */
@ApplicationScoped
public class SearchVectors {
    private static final String ALL_BY_KEYWORD = "The collections have no embedding model; searched by keyword.";
    private static final String SOME_BY_KEYWORD =
            "The embedding model of some collections did not answer in time; these were searched by keyword only.";
    private static final String SOME_LEFT_OUT =
            "Some collections have no embedding model, or it did not answer in time; these were left out.";

    private final Embedders embedders;
    private final QueryVectors queryVectors;
    private final SearchCache cache;
    private final VectorIndex vectors;

    SearchVectors(Embedders embedders, QueryVectors queryVectors, SearchCache cache, VectorIndex vectors) {
        this.embedders = embedders;
        this.queryVectors = queryVectors;
        this.cache = cache;
        this.vectors = vectors;
    }

    /** A query as one model sees it; collections that have this model when they are searched are searched so. */
    record Arm(UUID modelId, Embedder model, float[] vector) {
        boolean searches(CollectionRef collection) {
            return collection.embeddingModelId().equals(modelId);
        }

        /** What tells what is remembered of this model, as it is set, from anything else. */
        static String name(Embedder model) {
            return model.dimension() + ":" + model.model() + ":" + model.settingsVersion();
        }
    }

    /**
     * How a query is to be searched for by vectors.
     *
     * @param degraded why less can be done than was asked for
     */
    record Arms(List<Arm> arms, @Nullable String degraded) {
        static final Arms UNWANTED = new Arms(List.of(), null);

        /** The names of the models that were asked. */
        List<String> models() {
            return arms.stream().map(arm -> Arm.name(arm.model())).toList();
        }
    }

    /** Hits of one arm, with its weight in hybrid search. */
    record Near(double weight, VectorHits hits) {
        List<Long> chunkNos() {
            return hits.hits().stream().map(VectorHit::chunkNo).toList();
        }
    }

    /** Whether hybrid search by any model would be different from search by keyword. */
    boolean mayHelp() {
        return embedders.anyWeighted();
    }

    /**
     * Asks the models of collections, all at the same time; not to be called inside of a lane.
     *
     * @param hybrid whether words are searched for too
     * @param weighted whether models without weight in hybrid search are left out
     */
    Uni<Arms> of(List<CollectionRef> searched, String query, boolean hybrid, boolean weighted) {
        List<Uni<Asked>> asked = new ArrayList<>();
        for (UUID modelId : models(searched)) {
            asked.add(embedders
                    .of(modelId)
                    .onFailure()
                    .recoverWithItem(Optional.empty())
                    .chain(model -> model.isEmpty()
                            ? Uni.createFrom().item(new Asked(null, SOME_BY_KEYWORD))
                            : ask(modelId, model.get(), query, weighted)));
        }
        return arms(asked, searched, hybrid);
    }

    /**
     * As {@link #of}, for a caller who holds a connection: empty where a model is not known here or another service has to be
     * asked for a vector.
     */
    Optional<Uni<Arms>> atHand(List<CollectionRef> searched, String query, boolean hybrid, boolean weighted) {
        List<Uni<Asked>> asked = new ArrayList<>();
        for (UUID modelId : models(searched)) {
            Optional<Embedder> model = embedders.known(modelId);
            if (model.isEmpty() || !isAtHand(model.get(), query, weighted)) {
                return Optional.empty();
            }
            asked.add(ask(modelId, model.get(), query, weighted));
        }
        return Optional.of(arms(asked, searched, hybrid));
    }

    private boolean isAtHand(Embedder model, String query, boolean weighted) {
        return weighted && model.hybridWeight() <= 0
                || model.isAtHand()
                || cache.vector(Arm.name(model), query) != null;
    }

    private Set<UUID> models(List<CollectionRef> searched) {
        return searched.stream()
                .map(CollectionRef::embeddingModelId)
                .filter(embedders::embeds)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String withoutModel(List<CollectionRef> searched) {
        boolean chosen = searched.stream()
                .anyMatch(collection -> !collection.embeddingModelId().equals(ModelSetting.DEFAULT_ID));
        return chosen ? ALL_BY_KEYWORD : Objects.requireNonNull(QueryVector.NO_MODEL.degraded());
    }

    private record Asked(@Nullable Arm arm, @Nullable String degraded) {}

    private Uni<Asked> ask(UUID modelId, Embedder model, String query, boolean weighted) {
        if (weighted && model.hybridWeight() <= 0) {
            return Uni.createFrom().item(new Asked(null, null));
        }
        return cache.vector(Arm.name(model), query, () -> queryVectors.of(model, query))
                .map(made -> {
                    float[] vector = made.vector();
                    return vector == null
                            ? new Asked(null, made.degraded())
                            : new Asked(new Arm(modelId, model, vector), null);
                });
    }

    private static Uni<Arms> arms(List<Uni<Asked>> asked, List<CollectionRef> searched, boolean hybrid) {
        if (asked.isEmpty()) {
            return Uni.createFrom().item(hybrid ? Arms.UNWANTED : new Arms(List.of(), withoutModel(searched)));
        }
        return Uni.join().all(asked).andFailFast().map(all -> armsOf(all, searched, hybrid));
    }

    private static Arms armsOf(List<Asked> asked, List<CollectionRef> searched, boolean hybrid) {
        List<Arm> arms = asked.stream().map(Asked::arm).filter(Objects::nonNull).toList();
        String degraded = asked.stream()
                .map(Asked::degraded)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (arms.isEmpty()) {
            return new Arms(arms, degraded);
        }
        if (hybrid) {
            return new Arms(arms, degraded == null ? null : SOME_BY_KEYWORD);
        }
        boolean all = searched.stream().allMatch(collection -> arms.stream().anyMatch(arm -> arm.searches(collection)));
        return new Arms(arms, all ? null : SOME_LEFT_OUT);
    }

    /** What each arm finds. */
    Uni<List<Near>> search(
            SqlConnection connection, List<CollectionRef> searched, Arms wanted, ChunkSet within, int limit) {
        return Multi.createFrom()
                .iterable(wanted.arms())
                .onItem()
                .transformToUniAndConcatenate(arm -> search(connection, searched, arm, within, limit)
                        .map(hits -> new Near(arm.model().hybridWeight(), hits)))
                .collect()
                .asList();
    }

    private Uni<VectorHits> search(
            SqlConnection connection, List<CollectionRef> searched, Arm arm, ChunkSet within, int limit) {
        List<Long> corpusNos = searched.stream()
                .filter(arm::searches)
                .map(CollectionRef::corpusNo)
                .toList();
        return vectors.knownModelNo(connection, arm.model().model(), arm.model().dimension())
                .chain(modelNo -> modelNo == null
                        ? Uni.createFrom().item(new VectorHits(List.of(), true))
                        : vectors.search(
                                connection,
                                new VectorQuery(corpusNos, modelNo, arm.vector(), Metric.cosine, within, limit)))
                .map(found -> only(found, corpusNos));
    }

    /** A collection that has vectors of a model still, or already, but is not searched by it, shows none of them. */
    private static VectorHits only(VectorHits found, List<Long> corpusNos) {
        Set<Long> wanted = Set.copyOf(corpusNos);
        return new VectorHits(
                found.hits().stream()
                        .filter(hit -> wanted.contains(hit.corpusNo()))
                        .toList(),
                found.complete());
    }

    /** Hits of all arms, those of equal rank one after the other, each with the cosine of its own model. */
    static VectorHits byRank(List<Near> found) {
        if (found.size() == 1) {
            return found.get(0).hits();
        }
        boolean complete = found.stream().allMatch(near -> near.hits().complete());
        int longest =
                found.stream().mapToInt(near -> near.hits().hits().size()).max().orElse(0);
        List<VectorHit> merged = new ArrayList<>();
        for (int rank = 0; rank < longest; rank++) {
            for (Near near : found) {
                if (rank < near.hits().hits().size()) {
                    merged.add(near.hits().hits().get(rank));
                }
            }
        }
        return new VectorHits(merged, complete);
    }
}
