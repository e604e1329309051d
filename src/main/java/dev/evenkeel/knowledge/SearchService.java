package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.NewSearch.Mode;
import dev.evenkeel.knowledge.SearchVectors.Arms;
import dev.evenkeel.knowledge.SearchVectors.Near;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.Fusion;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Finds chunks by words, by meaning, or by both. */
@ApplicationScoped
public class SearchService {
    /** Hits that each arm contributes to a fusion, and from which phrases and live rows are then taken. */
    private static final int ARM_DEPTH = 200;

    private final Database database;
    private final CollectionRepository collections;
    private final LexicalIndex lexical;
    private final DocumentFilters filters;
    private final SearchResults results;
    private final SearchLinks links;
    private final SearchVectors searchVectors;

    SearchService(
            Database database,
            CollectionRepository collections,
            LexicalIndex lexical,
            DocumentFilters filters,
            SearchResults results,
            SearchLinks links,
            SearchVectors searchVectors) {
        this.database = database;
        this.collections = collections;
        this.lexical = lexical;
        this.filters = filters;
        this.results = results;
        this.links = links;
        this.searchVectors = searchVectors;
    }

    public Uni<SearchView> search(Caller caller, NewSearch wanted) {
        Reach reach = caller.reading();
        LexicalQuery query = LexicalQuery.parse(wanted.query());
        DocumentSelection selection = DocumentSelection.of(wanted);
        return armsOf(reach, wanted)
                .chain(arms -> database.readSql(connection -> collections
                        .requireForReading(connection, reach, wanted.collectionIds())
                        .chain(searched -> filters.within(connection, searched, selection)
                                .chain(within -> find(connection, searched, wanted, query, arms, within))
                                .chain(found -> links.raise(connection, found, wanted))
                                .chain(found -> results.read(connection, found, wanted, query))
                                .chain(view -> links.show(connection, view, wanted)))));
    }

    /** The models are asked before the connection of the search is taken: no lane waits for them. */
    private Uni<Arms> armsOf(Reach reach, NewSearch wanted) {
        Mode mode = wanted.modeOrDefault();
        boolean useful = mode == Mode.vector || mode == Mode.hybrid && searchVectors.mayHelp();
        if (!useful || wanted.query().isBlank()) {
            return Uni.createFrom().item(Arms.UNWANTED);
        }
        return database.readSql(connection -> collections.requireForReading(connection, reach, wanted.collectionIds()))
                .chain(searched -> searchVectors.of(searched, wanted.query(), mode == Mode.hybrid));
    }

    private Uni<FoundChunks> find(
            SqlConnection connection,
            List<CollectionRef> searched,
            NewSearch wanted,
            LexicalQuery query,
            Arms arms,
            ChunkSet within) {
        if (arms.arms().isEmpty()) {
            return byKeyword(connection, searched, query, within)
                    .map(hits -> FoundChunks.byKeyword(searched, hits, arms.degraded()));
        }
        if (wanted.modeOrDefault() == Mode.vector) {
            return searchVectors
                    .search(connection, searched, arms, within, ARM_DEPTH)
                    .map(near -> FoundChunks.byVectors(searched, near).degradedBy(arms.degraded()));
        }
        return byKeyword(connection, searched, query, within)
                .chain(keyword -> searchVectors
                        .search(connection, searched, arms, within, ARM_DEPTH)
                        .map(near -> fuse(searched, keyword, near).degradedBy(arms.degraded())));
    }

    private static FoundChunks fuse(List<CollectionRef> searched, List<LexicalHit> keyword, List<Near> near) {
        List<Fusion.Arm> arms = new ArrayList<>();
        arms.add(new Fusion.Arm(1, keyword.stream().map(LexicalHit::chunkNo).toList()));
        near.forEach(arm -> arms.add(new Fusion.Arm(arm.weight(), arm.chunkNos())));
        return FoundChunks.fused(searched, Fusion.fuse(arms), keyword, SearchVectors.byRank(near));
    }

    private Uni<List<LexicalHit>> byKeyword(
            SqlConnection connection, List<CollectionRef> searched, LexicalQuery query, ChunkSet within) {
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        return lexical.search(connection, corpora, query, within, ARM_DEPTH);
    }
}
