package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.NewSearch.Mode;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.QueryVectors;
import dev.evenkeel.platform.search.embedding.QueryVectors.QueryVector;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.vector.Metric;
import dev.evenkeel.platform.search.vector.VectorHits;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.platform.search.vector.VectorQuery;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Finds chunks by words, by meaning, or by both. */
@ApplicationScoped
public class SearchService {
    /** Hits that each arm contributes to a fusion, and from which phrases and live rows are then taken; for every page. */
    private static final int ARM_DEPTH = 200;

    /** The same when hits are grouped: one document may have many of them. */
    private static final int GROUPED_ARM_DEPTH = LexicalIndex.MAX_LIMIT;

    private final Database database;
    private final CollectionRepository collections;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final DocumentFilters filters;
    private final SearchCache cache;
    private final SearchResults results;
    private final SearchLinks links;
    private final SearchSuggestions suggestions;
    private final SearchContext context;
    private final SearchConfig config;
    private final Optional<Embedder> embedder;
    private final QueryVectors queryVectors;

    SearchService(
            Database database,
            CollectionRepository collections,
            LexicalIndex lexical,
            VectorIndex vectors,
            DocumentFilters filters,
            SearchCache cache,
            SearchResults results,
            SearchLinks links,
            SearchSuggestions suggestions,
            SearchContext context,
            SearchConfig config,
            Embedders embedders,
            QueryVectors queryVectors) {
        this.database = database;
        this.collections = collections;
        this.lexical = lexical;
        this.vectors = vectors;
        this.filters = filters;
        this.cache = cache;
        this.results = results;
        this.links = links;
        this.suggestions = suggestions;
        this.context = context;
        this.config = config;
        this.embedder = embedders.configured();
        this.queryVectors = queryVectors;
    }

    /**
     * What the collections within the caller's reach answer.
     *
     * @throws ProblemException (as failure) 400 when parameters contradict each other, 404 when a collection is not there
     */
    public Uni<SearchView> search(Caller caller, NewSearch wanted) {
        Reach reach = caller.reading();
        wanted.requireConsistent();
        FusionPlan fusion = FusionPlan.of(
                wanted.fusion(), config, embedder.map(Embedder::hybridWeight).orElse(0.0));
        LexicalQuery query = LexicalQuery.parse(wanted.query());
        DocumentSelection selection = DocumentSelection.of(wanted);
        List<String> parts = Boolean.TRUE.equals(wanted.decompose())
                ? QueryDecomposition.parts(wanted.query())
                : List.of(wanted.query());
        int depth = wanted.grouped() && query.phrases().isEmpty() ? GROUPED_ARM_DEPTH : ARM_DEPTH;
        // The model is asked before a connection is taken: no lane waits for it.
        return asked(wanted, fusion, parts, depth)
                .chain(asked -> database.readSql(connection -> collections
                        .requireForReading(connection, reach, wanted.collectionIds())
                        .chain(searched -> filters.within(connection, searched, selection)
                                .chain(within -> find(connection, searched, asked, within))
                                .chain(found -> links.raise(connection, found, wanted, query))
                                .chain(found -> results.read(connection, found, wanted, query))
                                .chain(shown -> links.show(connection, shown, wanted))
                                .chain(shown -> suggestions.add(connection, searched, shown, wanted, query)))))
                .chain(shown -> context.add(shown, wanted))
                .map(view -> parts.size() > 1 ? view.withSubQueries(parts) : view);
    }

    /** A question, or a part of one, as both arms take it. */
    private record Asked(
            String text, LexicalQuery query, QueryVector vector, Mode mode, FusionPlan fusion, int depth) {}

    private Uni<List<Asked>> asked(NewSearch wanted, FusionPlan fusion, List<String> parts, int depth) {
        Mode mode = wanted.modeOrDefault();
        return Multi.createFrom()
                .iterable(parts)
                .onItem()
                .transformToUniAndConcatenate(part -> vectorOf(part, mode, fusion)
                        .map(vector -> new Asked(part, LexicalQuery.parse(part), vector, mode, fusion, depth)))
                .collect()
                .asList();
    }

    private Uni<QueryVector> vectorOf(String text, Mode mode, FusionPlan fusion) {
        boolean useful = mode == Mode.vector || mode == Mode.hybrid && fusion.vectorWeight() > 0;
        if (!useful || text.isBlank()) {
            return Uni.createFrom().item(QueryVector.UNWANTED);
        }
        return embedder.isEmpty()
                ? queryVectors.of(text)
                : cache.vector(modelName(), text, () -> queryVectors.of(text));
    }

    private String modelName() {
        Embedder model = embedder.orElseThrow();
        return model.model() + ":" + model.dimension();
    }

    private Uni<FoundChunks> find(
            SqlConnection connection, List<CollectionRef> searched, List<Asked> parts, ChunkSet within) {
        return Multi.createFrom()
                .iterable(parts)
                .onItem()
                .transformToUniAndConcatenate(part -> remembered(connection, searched, part, within))
                .collect()
                .asList()
                .map(found -> found.size() == 1
                        ? found.get(0)
                        : FoundChunks.ofParts(found, parts.get(0).fusion().k()));
    }

    /** A filter's answer depends on more than the corpora: it is never remembered. */
    private Uni<FoundChunks> remembered(
            SqlConnection connection, List<CollectionRef> searched, Asked asked, ChunkSet within) {
        if (!within.isAll()) {
            return find(connection, searched, asked, within);
        }
        String model = asked.vector().vector() == null ? null : modelName();
        var question = SearchCache.Question.of(
                asked.mode(), asked.fusion(), asked.depth(), asked.text(), model, asked.query());
        return cache.hits(connection, searched, question, () -> find(connection, searched, asked, within));
    }

    private Uni<FoundChunks> find(
            SqlConnection connection, List<CollectionRef> searched, Asked asked, ChunkSet within) {
        QueryVector vector = asked.vector();
        float[] numbers = vector.vector();
        if (numbers == null) {
            return byKeyword(connection, searched, asked, within)
                    .map(hits -> FoundChunks.byKeyword(hits, vector.degraded()));
        }
        if (asked.mode() == Mode.vector) {
            return byVector(connection, searched, numbers, within, asked.depth())
                    .map(FoundChunks::byVector);
        }
        return byKeyword(connection, searched, asked, within)
                .chain(keyword -> byVector(connection, searched, numbers, within, asked.depth())
                        .map(near -> FoundChunks.fused(asked.fusion().fuse(keyword, near.hits()), keyword, near)));
    }

    private Uni<List<LexicalHit>> byKeyword(
            SqlConnection connection, List<CollectionRef> searched, Asked asked, ChunkSet within) {
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        return lexical.search(connection, corpora, asked.query(), within, asked.depth());
    }

    private Uni<VectorHits> byVector(
            SqlConnection connection, List<CollectionRef> searched, float[] asked, ChunkSet within, int depth) {
        Embedder model = embedder.orElseThrow();
        return vectors.knownModelNo(connection, model.model(), model.dimension())
                .chain(modelNo -> modelNo == null
                        ? Uni.createFrom().item(new VectorHits(List.of(), true))
                        : vectors.search(
                                connection,
                                new VectorQuery(
                                        searched.stream()
                                                .map(CollectionRef::corpusNo)
                                                .toList(),
                                        modelNo,
                                        asked,
                                        Metric.cosine,
                                        within,
                                        depth)));
    }
}
