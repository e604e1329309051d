package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.WeightedCache;
import dev.evenkeel.platform.search.embedding.QueryVectors.QueryVector;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hits of searches, that is chunk numbers and scores, until something in the searched collections changes.
 *
 * <p>Hits belong to the versions of the corpora as committed when the search began, and every transaction that adds, removes
 * or re-embeds a chunk raises the version; so nothing here can be stale, on any replica. What is not of a corpus's version is
 * never remembered: who may read what is checked before, and titles, paths, texts and rankings are read after, every time.
 */
@ApplicationScoped
public class SearchCache {
    /** Searches over more collections are not worth remembering: some of them has changed at the next look. */
    private static final int MAX_COLLECTIONS = 100;

    private static final long HIT_BYTES = 120;
    private static final long ENTRY_BYTES = 400;

    /** A longer question is hardly asked twice; it is not worth the place of many short ones. */
    private static final long MAX_QUESTION_BYTES = 16 * 1024;

    private static final String VERSIONS = """
            select corpus_no, version, pg_postmaster_start_time() as server_start
            from corpus_state where corpus_no = any($1) order by corpus_no""";

    private final boolean enabled;
    private final WeightedCache<Key, FoundChunks> hits;
    private final WeightedCache<Embedded, QueryVector> vectors;
    private final Counter found;
    private final Counter missed;

    SearchCache(SearchConfig config, MeterRegistry metrics) {
        this.enabled = config.cacheEntries() > 0;
        long bytes = config.cacheSize().asLongValue();
        this.hits = new WeightedCache<>(config.cacheEntries(), bytes / 4 * 3, SearchCache::bytes);
        this.vectors = new WeightedCache<>(config.cacheEntries(), bytes / 4, SearchCache::bytes);
        this.found = counter(metrics, "hit");
        this.missed = counter(metrics, "miss");
        Gauge.builder("evenkeel.search.cache.bytes", () -> hits.usedBytes() + vectors.usedBytes())
                .register(metrics);
    }

    private static Counter counter(MeterRegistry metrics, String result) {
        return Counter.builder("evenkeel.search.cache.lookups")
                .tag("result", result)
                .register(metrics);
    }

    /**
     * What hits depend on, besides the corpora.
     *
     * @param text as it was embedded, or null when no vector was compared; then {@code words} and {@code phrases} say it all
     * @param depth hits of each arm
     */
    record Question(
            NewSearch.Mode mode,
            FusionPlan fusion,
            int depth,
            @Nullable String text,
            List<String> models,
            List<String> words,
            Collection<Integer> counts,
            List<List<String>> phrases) {
        /** @param models of the vectors that are compared; may be none */
        static Question of(
                NewSearch.Mode mode,
                FusionPlan fusion,
                int depth,
                String text,
                List<String> models,
                LexicalQuery query) {
            return new Question(
                    mode,
                    fusion,
                    depth,
                    models.isEmpty() ? null : text,
                    models,
                    List.copyOf(query.words().keySet()),
                    List.copyOf(query.words().values()),
                    query.phrases());
        }

        /** About how much memory it holds; a phrase holds its words as often as it has them. */
        long bytes() {
            return 80L * words.size()
                    + 64L * phrases.stream().mapToInt(List::size).sum()
                    + (text == null ? 0 : 2L * text.length());
        }
    }

    /** What the model of a collection is, no version tells. */
    private record Corpus(long no, String language, UUID embeddingModelId, long version) {}

    /** After a failover commits may be lost, and their versions be given again. */
    private record Key(List<Corpus> corpora, OffsetDateTime serverStart, Question question) {}

    private record Embedded(String model, String text) {}

    private static long bytes(Key key, FoundChunks chunks) {
        return ENTRY_BYTES
                + HIT_BYTES * chunks.chunks().size()
                + 64L * key.corpora().size()
                + key.question().bytes();
    }

    private static long bytes(Embedded key, QueryVector vector) {
        float[] numbers = vector.vector();
        return ENTRY_BYTES + 2L * key.text().length() + (numbers == null ? 0 : 4L * numbers.length);
    }

    /** The vector of a text, if it is remembered. */
    @Nullable QueryVector vector(String model, String text) {
        return enabled ? vectors.get(new Embedded(model, text)) : null;
    }

    /** The vector of a text, remembered or asked for; only one that came is remembered. */
    Uni<QueryVector> vector(String model, String text, Supplier<Uni<QueryVector>> ask) {
        QueryVector known = vector(model, text);
        return known != null
                ? Uni.createFrom().item(known)
                : ask.get().invoke(vector -> {
                    if (enabled && vector.vector() != null) {
                        vectors.put(new Embedded(model, text), vector);
                    }
                });
    }

    /** The hits of a question, remembered or searched for; what was done by halves is not remembered. */
    Uni<FoundChunks> hits(
            SqlConnection connection,
            List<CollectionRef> searched,
            Question question,
            Supplier<Uni<FoundChunks>> search) {
        if (!enabled
                || searched.isEmpty()
                || searched.size() > MAX_COLLECTIONS
                || question.bytes() > MAX_QUESTION_BYTES) {
            return search.get();
        }
        // The versions are read before anything is searched: what is found may be newer than they say, never older.
        return key(connection, searched, question).chain(key -> {
            FoundChunks known = hits.get(key);
            if (known != null) {
                found.increment();
                return Uni.createFrom().item(known);
            }
            missed.increment();
            return search.get().invoke(chunks -> {
                if (chunks.degraded() == null) {
                    hits.put(key, chunks);
                }
            });
        });
    }

    private static Uni<Key> key(SqlConnection connection, List<CollectionRef> searched, Question question) {
        return connection
                .preparedQuery(VERSIONS)
                .execute(Tuple.of(searched.stream().map(CollectionRef::corpusNo).toArray(Long[]::new)))
                .map(rows -> {
                    List<Corpus> corpora = new ArrayList<>(searched.size());
                    OffsetDateTime serverStart = OffsetDateTime.MIN;
                    int next = 0;
                    for (Row row : rows) {
                        serverStart = row.getOffsetDateTime("server_start");
                        while (searched.get(next).corpusNo() != row.getLong("corpus_no")) {
                            next++;
                        }
                        CollectionRef collection = searched.get(next);
                        corpora.add(new Corpus(
                                collection.corpusNo(),
                                collection.language(),
                                collection.embeddingModelId(),
                                row.getLong("version")));
                    }
                    return new Key(corpora, serverStart, question);
                });
    }
}
