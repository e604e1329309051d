package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.NewSearch.Mode;
import dev.evenkeel.knowledge.SearchResults.Shown;
import dev.evenkeel.knowledge.SearchVectors.Arms;
import dev.evenkeel.knowledge.SearchView.Suggestion;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final DocumentFilters filters;
    private final SearchCache cache;
    private final SearchResults results;
    private final SearchLinks links;
    private final SearchSuggestions suggestions;
    private final SearchContext context;
    private final SearchConfig config;
    private final SearchVectors searchVectors;

    SearchService(
            Database database,
            CollectionRepository collections,
            LexicalIndex lexical,
            DocumentFilters filters,
            SearchCache cache,
            SearchResults results,
            SearchLinks links,
            SearchSuggestions suggestions,
            SearchContext context,
            SearchConfig config,
            SearchVectors searchVectors) {
        this.database = database;
        this.collections = collections;
        this.lexical = lexical;
        this.filters = filters;
        this.cache = cache;
        this.results = results;
        this.links = links;
        this.suggestions = suggestions;
        this.context = context;
        this.config = config;
        this.searchVectors = searchVectors;
    }

    /**
     * What the collections within the caller's reach answer.
     *
     * @throws ProblemException (as failure) 400 when parameters contradict each other, 404 when a collection is not there
     */
    public Uni<SearchView> search(Caller caller, NewSearch wanted) {
        Reach reach = caller.reading();
        wanted.requireConsistent();
        Wish wish = wish(wanted);
        return database.readSql(connection ->
                        searched(connection, reach, wanted).chain(searched -> firstTurn(connection, searched, wish)))
                .chain(turn -> turn.read() != null
                        ? Uni.createFrom().item(turn.read())
                        : turn.asked()
                                .chain(asked -> database.readSql(connection -> searched(connection, reach, wanted)
                                        .chain(searched -> read(connection, searched, wish, asked, turn.within())))))
                .chain(read -> context.of(read.shown(), read.links(), wanted)
                        .map(text -> SearchView.of(
                                wanted.query(),
                                read.shown(),
                                new SearchView.Extras(
                                        read.links(),
                                        text,
                                        wish.parts().size() > 1 ? wish.parts() : null,
                                        read.suggestions()))));
    }

    /**
     * What is wanted, as it is to be done.
     *
     * @param parts of the question, or the question alone
     * @param byMeaning whether vectors may change the answer
     */
    private record Wish(
            NewSearch wanted,
            DocumentSelection selection,
            LexicalQuery query,
            List<String> parts,
            FusionPlan fusion,
            int depth,
            boolean byMeaning) {
        Mode mode() {
            return wanted.modeOrDefault();
        }

        boolean hybrid() {
            return mode() == Mode.hybrid;
        }

        /** Whether models say themselves how much they count. */
        boolean weighted() {
            return hybrid() && fusion.vectorWeight() == null;
        }

        Asked asked(String part, Arms arms) {
            return new Asked(part, LexicalQuery.parse(part), arms, mode(), fusion, depth);
        }
    }

    private Wish wish(NewSearch wanted) {
        FusionPlan fusion = FusionPlan.of(wanted.fusion(), config);
        LexicalQuery query = LexicalQuery.parse(wanted.query());
        List<String> parts = Boolean.TRUE.equals(wanted.decompose())
                ? QueryDecomposition.parts(wanted.query())
                : List.of(wanted.query());
        int depth = wanted.grouped() && query.phrases().isEmpty() ? GROUPED_ARM_DEPTH : ARM_DEPTH;
        Mode mode = wanted.modeOrDefault();
        boolean byMeaning = mode == Mode.vector
                || mode == Mode.hybrid
                        && !fusion.withoutVectors()
                        && (fusion.vectorWeight() != null || searchVectors.mayHelp());
        return new Wish(
                wanted,
                DocumentSelection.of(wanted),
                query,
                parts,
                fusion,
                depth,
                byMeaning && !wanted.query().isBlank());
    }

    private Uni<List<CollectionRef>> searched(SqlConnection connection, Reach reach, NewSearch wanted) {
        return collections.requireForReading(connection, reach, wanted.collectionIds());
    }

    /**
     * What came of the first turn in the lane.
     *
     * @param read what was found; null when models have to answer first
     * @param asked what they answer
     * @param within the chunks that may be found
     */
    private record Turn(@Nullable Read read, Uni<List<Asked>> asked, ChunkSet within) {}

    /**
     * One turn is all, unless another service has to be asked for a vector: the connection is given back as soon as what the filter
     * leaves is known, which is found out while that service works.
     */
    private Uni<Turn> firstTurn(SqlConnection connection, List<CollectionRef> searched, Wish wish) {
        Optional<Uni<List<Asked>>> atHand = atHand(searched, wish);
        Uni<List<Asked>> asked = atHand.orElseGet(() -> asking(searched, wish));
        return filters.within(connection, searched, wish.selection())
                .chain(within -> atHand.isEmpty()
                        ? Uni.createFrom().item(new Turn(null, asked, within))
                        : asked.chain(all -> read(connection, searched, wish, all, within))
                                .map(read -> new Turn(read, asked, within)));
    }

    /** Asks at once, whenever the answer is waited for. */
    private Uni<List<Asked>> asking(List<CollectionRef> searched, Wish wish) {
        Uni<List<Asked>> asked = ask(searched, wish).memoize().indefinitely();
        asked.subscribe().with(ignored -> {}, ignored -> {});
        return asked;
    }

    private Optional<Uni<List<Asked>>> atHand(List<CollectionRef> searched, Wish wish) {
        List<Uni<Asked>> all = new ArrayList<>();
        for (String part : wish.parts()) {
            Optional<Uni<Arms>> arms = wish.byMeaning()
                    ? searchVectors.atHand(searched, part, wish.hybrid(), wish.weighted())
                    : Optional.of(Uni.createFrom().item(Arms.UNWANTED));
            if (arms.isEmpty()) {
                return Optional.empty();
            }
            all.add(arms.get().map(found -> wish.asked(part, found)));
        }
        return Optional.of(Uni.join().all(all).andFailFast());
    }

    private Uni<List<Asked>> ask(List<CollectionRef> searched, Wish wish) {
        List<Uni<Asked>> all = wish.parts().stream()
                .map(part -> searchVectors
                        .of(searched, part, wish.hybrid(), wish.weighted())
                        .map(arms -> wish.asked(part, arms)))
                .toList();
        return Uni.join().all(all).andFailFast();
    }

    private Uni<Read> read(
            SqlConnection connection, List<CollectionRef> searched, Wish wish, List<Asked> asked, ChunkSet within) {
        NewSearch wanted = wish.wanted();
        LexicalQuery query = wish.query();
        return find(connection, searched, asked, within, wanted.minScore())
                .chain(found -> links.raise(connection, found, wanted, query))
                .chain(found -> results.read(connection, found, wanted, query))
                .chain(shown -> links.around(connection, shown, wanted)
                        .chain(around -> suggestions
                                .of(connection, searched, shown, wanted, query)
                                .map(suggested -> new Read(shown, around, suggested))));
    }

    /** What was read in the lane. */
    private record Read(
            Shown shown,
            @Nullable List<LinkedDocuments> links,
            @Nullable List<Suggestion> suggestions) {}

    /** A question, or a part of one, as all arms take it. */
    private record Asked(String text, LexicalQuery query, Arms arms, Mode mode, FusionPlan fusion, int depth) {}

    private Uni<FoundChunks> find(
            SqlConnection connection,
            List<CollectionRef> searched,
            List<Asked> parts,
            ChunkSet within,
            @Nullable Double minScore) {
        return Multi.createFrom()
                .iterable(parts)
                .onItem()
                .transformToUniAndConcatenate(part -> remembered(connection, searched, part, within))
                .collect()
                .asList()
                .map(found -> FoundChunks.whole(found, parts.get(0).fusion().k(), minScore));
    }

    /** A filter's answer depends on more than the corpora: it is never remembered. */
    private Uni<FoundChunks> remembered(
            SqlConnection connection, List<CollectionRef> searched, Asked asked, ChunkSet within) {
        if (!within.isAll()) {
            return find(connection, searched, asked, within);
        }
        var question = SearchCache.Question.of(
                asked.mode(),
                asked.fusion(),
                asked.depth(),
                asked.text(),
                asked.arms().models(),
                asked.query());
        return cache.hits(connection, searched, question, () -> find(connection, searched, asked, within));
    }

    private Uni<FoundChunks> find(
            SqlConnection connection, List<CollectionRef> searched, Asked asked, ChunkSet within) {
        Arms arms = asked.arms();
        if (arms.arms().isEmpty()) {
            return byKeyword(connection, searched, asked, within)
                    .map(hits -> FoundChunks.byKeyword(hits, arms.degraded()));
        }
        if (asked.mode() == Mode.vector) {
            return searchVectors
                    .search(connection, searched, arms, within, asked.depth())
                    .map(near -> FoundChunks.byVectors(near).degradedBy(arms.degraded()));
        }
        return byKeyword(connection, searched, asked, within)
                .chain(keyword -> searchVectors
                        .search(connection, searched, arms, within, asked.depth())
                        .map(near -> FoundChunks.fused(
                                        asked.fusion().fuse(keyword, near), keyword, SearchVectors.byRank(near))
                                .degradedBy(arms.degraded())));
    }

    private Uni<List<LexicalHit>> byKeyword(
            SqlConnection connection, List<CollectionRef> searched, Asked asked, ChunkSet within) {
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        return lexical.search(connection, corpora, asked.query(), within, asked.depth());
    }
}
