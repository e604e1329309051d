package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.NewSearch.Mode;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.QueryVectors;
import dev.evenkeel.platform.search.embedding.QueryVectors.QueryVector;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.vector.Metric;
import dev.evenkeel.platform.search.vector.VectorHit;
import dev.evenkeel.platform.search.vector.VectorHits;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.platform.search.vector.VectorQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Finds chunks by words, by meaning, or by both. */
@ApplicationScoped
public class SearchService {
    /** Hits that each arm contributes to a fusion, and from which phrases and live rows are then taken. */
    private static final int ARM_DEPTH = 200;

    private final Database database;
    private final CollectionRepository collections;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final DocumentFilters filters;
    private final SearchResults results;
    private final SearchLinks links;
    private final Optional<Embedder> embedder;
    private final QueryVectors queryVectors;

    SearchService(
            Database database,
            CollectionRepository collections,
            LexicalIndex lexical,
            VectorIndex vectors,
            DocumentFilters filters,
            SearchResults results,
            SearchLinks links,
            Embedders embedders,
            QueryVectors queryVectors) {
        this.database = database;
        this.collections = collections;
        this.lexical = lexical;
        this.vectors = vectors;
        this.filters = filters;
        this.results = results;
        this.links = links;
        this.embedder = embedders.configured();
        this.queryVectors = queryVectors;
    }

    public Uni<SearchView> search(Caller caller, NewSearch wanted) {
        Reach reach = caller.reading();
        LexicalQuery query = LexicalQuery.parse(wanted.query());
        DocumentSelection selection = DocumentSelection.of(wanted);
        // The model is asked before a connection is taken: no lane waits for it.
        return vectorOf(wanted)
                .chain(vector -> database.readSql(connection -> collections
                        .requireForReading(connection, reach, wanted.collectionIds())
                        .chain(searched -> filters.within(connection, searched, selection)
                                .chain(within -> find(connection, searched, wanted, query, vector, within))
                                .chain(found -> links.raise(connection, found, wanted))
                                .chain(found -> results.read(connection, found, wanted, query))
                                .chain(view -> links.show(connection, view, wanted)))));
    }

    private Uni<QueryVector> vectorOf(NewSearch wanted) {
        Mode mode = wanted.modeOrDefault();
        boolean useful = mode == Mode.vector
                || mode == Mode.hybrid && embedder.map(Embedder::hybridWeight).orElse(0.0) > 0;
        if (!useful || wanted.query().isBlank()) {
            return Uni.createFrom().item(QueryVector.UNWANTED);
        }
        return queryVectors.of(wanted.query());
    }

    private Uni<FoundChunks> find(
            SqlConnection connection,
            List<CollectionRef> searched,
            NewSearch wanted,
            LexicalQuery query,
            QueryVector vector,
            ChunkSet within) {
        float[] asked = vector.vector();
        if (asked == null) {
            return byKeyword(connection, searched, query, within)
                    .map(hits -> FoundChunks.byKeyword(searched, hits, vector.degraded()));
        }
        if (wanted.modeOrDefault() == Mode.vector) {
            return byVector(connection, searched, asked, within).map(hits -> FoundChunks.byVector(searched, hits));
        }
        return byKeyword(connection, searched, query, within)
                .chain(keyword ->
                        byVector(connection, searched, asked, within).map(near -> fuse(searched, keyword, near)));
    }

    private FoundChunks fuse(List<CollectionRef> searched, List<LexicalHit> keyword, VectorHits near) {
        List<Fusion.Fused> fused = Fusion.fuse(List.of(
                new Fusion.Arm(1, keyword.stream().map(LexicalHit::chunkNo).toList()),
                new Fusion.Arm(
                        embedder.orElseThrow().hybridWeight(),
                        near.hits().stream().map(VectorHit::chunkNo).toList())));
        return FoundChunks.fused(searched, fused, keyword, near);
    }

    private Uni<List<LexicalHit>> byKeyword(
            SqlConnection connection, List<CollectionRef> searched, LexicalQuery query, ChunkSet within) {
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        return lexical.search(connection, corpora, query, within, ARM_DEPTH);
    }

    private Uni<VectorHits> byVector(
            SqlConnection connection, List<CollectionRef> searched, float[] asked, ChunkSet within) {
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
                                        ARM_DEPTH)));
    }
}
