package dev.evenkeel.memory;

import dev.evenkeel.memory.MemoryQuery.Mode;
import dev.evenkeel.memory.SearchRepository.Selection;
import dev.evenkeel.memory.SearchRepository.Space;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.QueryVectors;
import dev.evenkeel.platform.search.embedding.QueryVectors.QueryVector;
import dev.evenkeel.platform.search.filter.MetadataFilter;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalHit;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.lexical.TextMatcher;
import dev.evenkeel.platform.search.vector.Metric;
import dev.evenkeel.platform.search.vector.VectorHits;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.platform.search.vector.VectorQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds entries by words, by vectors, by both, or by their metadata alone. */
@ApplicationScoped
public class MemorySearchService {
    /** Hits that each arm contributes, and from which phrases and living entries are then taken. */
    private static final int ARM_DEPTH = 200;

    /** Rows read beyond the limit, in place of entries that have gone meanwhile. */
    private static final int SPARE = 10;

    private final Database database;
    private final SearchRepository repository;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final TextMatcher matcher;
    private final QueryVectors queryVectors;
    private final Optional<Embedder> embedder;
    private final MemoryConfig config;

    MemorySearchService(
            Database database,
            SearchRepository repository,
            LexicalIndex lexical,
            VectorIndex vectors,
            TextMatcher matcher,
            QueryVectors queryVectors,
            Embedders embedders,
            MemoryConfig config) {
        this.database = database;
        this.repository = repository;
        this.lexical = lexical;
        this.vectors = vectors;
        this.matcher = matcher;
        this.queryVectors = queryVectors;
        this.embedder = embedders.configured();
        this.config = config;
    }

    /**
     * A question that was checked.
     *
     * @param words of the query; null when there is none
     * @param given the vector of the request
     */
    private record Question(
            Mode mode,
            @Nullable LexicalQuery words,
            float @Nullable [] given,
            Selection selection,
            boolean children,
            int limit) {}

    /** Searches what is committed at this moment. */
    public Uni<MemoryResults> search(Caller caller, String namespace, MemoryQuery wanted) {
        UUID owner = Owner.reading(caller);
        Names.namespace(namespace);
        Question question = question(wanted);
        return vectorOf(question, wanted.queryOrEmpty())
                .chain(vector -> database.readSql(connection -> repository
                        .spaces(connection, owner, namespace, question.children(), config.maxSearchedNamespaces())
                        .map(MemorySearchService::searchable)
                        .chain(spaces -> answer(connection, spaces, question, vector))));
    }

    private static Question question(MemoryQuery wanted) {
        String query = PlainText.wellFormed(wanted.queryOrEmpty());
        float[] given = wanted.vector() == null ? null : SearchDataRules.vector("vector", wanted.vector());
        Mode mode = wanted.modeOrDefault();
        if (mode == Mode.keyword && query.isBlank()) {
            throw ProblemException.invalid("query", "is required to search by keyword");
        }
        if (mode == Mode.vector && query.isBlank() && given == null) {
            throw ProblemException.invalid("vector", "is required to search by vector, or a query");
        }
        return new Question(
                mode,
                query.isBlank() ? null : LexicalQuery.parse(query),
                mode == Mode.keyword ? null : given,
                new Selection(
                        MetadataFilter.parse(wanted.filter()),
                        wanted.keyPrefix() == null ? "" : Names.prefix(wanted.keyPrefix())),
                Boolean.TRUE.equals(wanted.includeChildren()),
                wanted.limitOrDefault());
    }

    /** The model is asked before a connection is taken: no lane waits for it. A vector of the request stands in for it. */
    private Uni<QueryVector> vectorOf(Question question, String query) {
        boolean useful = question.mode() == Mode.vector
                || question.mode() == Mode.hybrid
                        && embedder.map(Embedder::hybridWeight).orElse(0.0) > 0;
        return !useful || question.given() != null || query.isBlank()
                ? Uni.createFrom().item(QueryVector.UNWANTED)
                : queryVectors.of(PlainText.wellFormed(query));
    }

    private static List<Space> searchable(List<Space> spaces) {
        return spaces.stream().filter(space -> space.corpusNo() != null).toList();
    }

    private Uni<MemoryResults> answer(
            SqlConnection connection, List<Space> spaces, Question question, QueryVector vector) {
        if (question.words() == null && question.given() == null) {
            return latest(connection, spaces, question);
        }
        return repository
                .within(connection, spaces, question.selection())
                .chain(within -> find(connection, spaces, question, vector, within))
                .chain(found -> withPhrases(connection, question, found))
                .chain(found -> read(connection, found, question.limit()));
    }

    private Uni<MemoryResults> latest(SqlConnection connection, List<Space> spaces, Question question) {
        return repository
                .latest(connection, spaces, question.selection(), question.limit())
                .chain(chunkNos -> repository.rows(
                        connection, chunkNos, config.maxBatchSize().asLongValue()))
                .map(rows -> {
                    List<MemoryResults.Result> results = rows.stream()
                            .map(row -> MemoryResults.Result.of(row, null, null))
                            .toList();
                    return new MemoryResults("filter", results, results.size(), null);
                });
    }

    private Uni<FoundEntries> find(
            SqlConnection connection, List<Space> spaces, Question question, QueryVector vector, ChunkSet within) {
        float[] asked = question.given() == null ? vector.vector() : question.given();
        double weight =
                question.given() == null ? embedder.map(Embedder::hybridWeight).orElse(0.0) : 1;
        return byWords(connection, spaces, question, asked != null, within)
                .chain(keyword -> asked == null
                        ? Uni.createFrom().item(() -> FoundEntries.of(keyword, null, 0, true, vector.degraded()))
                        : near(connection, spaces, question, asked, within)
                                .map(near -> FoundEntries.of(
                                        keyword, near.hits(), weight, near.complete(), vector.degraded())));
    }

    /** Null when words are not asked for; without the vector that was asked for, they are. */
    private Uni<@Nullable List<LexicalHit>> byWords(
            SqlConnection connection, List<Space> spaces, Question question, boolean hasVector, ChunkSet within) {
        LexicalQuery words = question.words();
        if (words == null || hasVector && question.mode() == Mode.vector) {
            return Uni.createFrom().nullItem();
        }
        return lexical.search(connection, corpora(spaces), words, within, ARM_DEPTH)
                .map(hits -> hits);
    }

    private static List<CorpusRef> corpora(List<Space> spaces) {
        return spaces.stream()
                .map(space -> new CorpusRef(corpusNo(space), Objects.requireNonNull(space.language())))
                .toList();
    }

    private static long corpusNo(Space space) {
        return Objects.requireNonNull(space.corpusNo());
    }

    private Uni<VectorHits> near(
            SqlConnection connection, List<Space> spaces, Question question, float[] asked, ChunkSet within) {
        boolean given = question.given() != null;
        if (given && !question.children()) {
            for (Space space : spaces) {
                Integer dimension = space.vectorDimension();
                if (dimension != null && dimension != asked.length) {
                    throw SearchDataRules.mismatch(asked.length, dimension, "namespace \"" + space.name() + "\"");
                }
            }
        }
        String model = given ? EntryIndex.GIVEN_VECTORS : embedder.orElseThrow().model();
        List<Long> corpusNos = spaces.stream()
                .filter(space -> !given || Objects.equals(space.vectorDimension(), asked.length))
                .map(MemorySearchService::corpusNo)
                .toList();
        return vectors.knownModelNo(connection, model, asked.length)
                .chain(modelNo -> modelNo == null
                        ? Uni.createFrom().item(new VectorHits(List.of(), true))
                        : vectors.search(
                                connection,
                                new VectorQuery(corpusNos, modelNo, asked, Metric.cosine, within, ARM_DEPTH)));
    }

    /** Leaves out what lacks a quoted phrase; the index knows only that all its words are there. */
    private Uni<FoundEntries> withPhrases(SqlConnection connection, Question question, FoundEntries found) {
        LexicalQuery words = question.words();
        if (words == null || words.phrases().isEmpty() || found.mode().equals("vector")) {
            return Uni.createFrom().item(found);
        }
        List<Long> chunkNos =
                found.standings().stream().map(FoundEntries.Standing::chunkNo).toList();
        return repository.texts(connection, chunkNos).chain(texts -> {
            List<Long> worded = chunkNos.stream().filter(texts::containsKey).toList();
            return matcher.match(
                            connection, words, worded.stream().map(texts::get).toList())
                    .map(matches -> {
                        Set<Long> kept = new HashSet<>();
                        for (int i = 0; i < matches.size(); i++) {
                            if (matches.get(i).hasPhrases()) {
                                kept.add(worded.get(i));
                            }
                        }
                        return found.only(kept);
                    });
        });
    }

    private Uni<MemoryResults> read(SqlConnection connection, FoundEntries found, int limit) {
        Map<Long, FoundEntries.Standing> byChunk = new HashMap<>();
        List<Long> chunkNos = new ArrayList<>();
        found.standings().stream().limit(limit + SPARE).forEach(standing -> {
            byChunk.put(standing.chunkNo(), standing);
            chunkNos.add(standing.chunkNo());
        });
        if (chunkNos.isEmpty()) {
            return Uni.createFrom().item(new MemoryResults(found.mode(), List.of(), 0, found.degraded()));
        }
        return repository
                .rows(connection, chunkNos, config.maxBatchSize().asLongValue())
                .map(rows -> results(rows, byChunk, found, limit));
    }

    private static MemoryResults results(
            List<Row> rows, Map<Long, FoundEntries.Standing> byChunk, FoundEntries found, int limit) {
        List<MemoryResults.Result> results = rows.stream()
                .limit(limit)
                .map(row -> {
                    var standing = Objects.requireNonNull(byChunk.get(row.getLong("chunk_no")));
                    return MemoryResults.Result.of(row, standing.score(), standing);
                })
                .toList();
        return new MemoryResults(found.mode(), results, results.size(), found.degraded());
    }
}
