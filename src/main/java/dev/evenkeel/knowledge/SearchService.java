package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.NewSearch.Mode;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.EmbeddingConfig;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.vector.VectorHit;
import dev.evenkeel.platform.search.vector.VectorHits;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Finds chunks by words, by meaning, or by both. */
@ApplicationScoped
public class SearchService {
    private static final Logger LOG = Logger.getLogger(SearchService.class);

    /** Hits that each arm contributes to a fusion, and from which phrases and live rows are then taken. */
    private static final int ARM_DEPTH = 200;

    private final Database database;
    private final CollectionRepository collections;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final SearchResults results;
    private final SearchLinks links;
    private final Optional<Embedder> embedder;
    private final Duration queryTimeout;

    SearchService(
            Database database,
            CollectionRepository collections,
            LexicalIndex lexical,
            VectorIndex vectors,
            SearchResults results,
            SearchLinks links,
            Embedders embedders,
            EmbeddingConfig embedding) {
        this.database = database;
        this.collections = collections;
        this.lexical = lexical;
        this.vectors = vectors;
        this.results = results;
        this.links = links;
        this.embedder = embedders.configured();
        this.queryTimeout = embedding.queryTimeout();
    }

    /** The vector of the query, or why there is none; neither when none is wanted. */
    private record QueryVector(
            float @Nullable [] vector, @Nullable String degraded) {
        static final QueryVector UNWANTED = new QueryVector(null, null);
    }

    public Uni<SearchView> search(Caller caller, NewSearch wanted) {
        Reach reach = caller.reading();
        LexicalQuery query = LexicalQuery.parse(wanted.query());
        // The model is asked before a connection is taken: no lane waits for it.
        return vectorOf(wanted)
                .chain(vector -> database.readSql(connection -> collections
                        .requireForReading(connection, reach, wanted.collectionIds())
                        .chain(searched -> find(connection, searched, wanted, query, vector)
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
        if (embedder.isEmpty()) {
            return Uni.createFrom()
                    .item(new QueryVector(null, "No embedding model is configured; searched by keyword."));
        }
        return embedder.get()
                .embed(List.of(wanted.query()), Embedder.Purpose.QUERY)
                .ifNoItem()
                .after(queryTimeout)
                .fail()
                .map(vectors -> new QueryVector(vectors.get(0), null))
                .onFailure()
                .invoke(failure -> LOG.debug("No vector for a query", failure))
                .onFailure()
                .recoverWithItem(
                        new QueryVector(null, "The embedding model did not answer in time; searched by keyword."));
    }

    private Uni<FoundChunks> find(
            SqlConnection connection,
            List<CollectionRef> searched,
            NewSearch wanted,
            LexicalQuery query,
            QueryVector vector) {
        float[] asked = vector.vector();
        if (asked == null) {
            return byKeyword(connection, searched, query)
                    .map(hits -> FoundChunks.byKeyword(searched, hits, vector.degraded()));
        }
        if (wanted.modeOrDefault() == Mode.vector) {
            return byVector(connection, searched, asked).map(hits -> FoundChunks.byVector(searched, hits));
        }
        return byKeyword(connection, searched, query)
                .chain(keyword -> byVector(connection, searched, asked).map(near -> fuse(searched, keyword, near)));
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
            SqlConnection connection, List<CollectionRef> searched, LexicalQuery query) {
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        return lexical.search(connection, corpora, query, ARM_DEPTH);
    }

    private Uni<VectorHits> byVector(SqlConnection connection, List<CollectionRef> searched, float[] asked) {
        Embedder model = embedder.orElseThrow();
        return vectors.knownModelNo(connection, model.model(), model.dimension())
                .chain(modelNo -> modelNo == null
                        ? Uni.createFrom().item(new VectorHits(List.of(), true))
                        : vectors.search(
                                connection,
                                searched.stream().map(CollectionRef::corpusNo).toList(),
                                modelNo,
                                asked,
                                ARM_DEPTH));
    }
}
