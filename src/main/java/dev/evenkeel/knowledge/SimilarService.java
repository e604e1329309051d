package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.vector.Metric;
import dev.evenkeel.platform.search.vector.VectorHits;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.platform.search.vector.VectorQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds what resembles a document or one of its chunks. Never finds what it was asked with. */
@ApplicationScoped
public class SimilarService {
    /** A longer document is compared by so many of its chunks, evenly spaced. */
    private static final int SAMPLE = 64;

    private static final int DEPTH = LexicalIndex.MAX_LIMIT;

    private static final String CHUNKS = """
            select d.title, d.collection_id, c.embedding_model_id, array_agg(k.no order by k.ordinal) filter (where k.no is not null) as numbers,
                   array_agg(k.id order by k.ordinal) filter (where k.no is not null) as ids
            from document d join collection c on c.id = d.collection_id left join chunk k on k.document_id = d.id""";

    private final Database database;
    private final CollectionRepository collections;
    private final DocumentFilters filters;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final SearchResults results;
    private final Offload offload;
    private final Embedders embedders;

    SimilarService(
            Database database,
            CollectionRepository collections,
            DocumentFilters filters,
            LexicalIndex lexical,
            VectorIndex vectors,
            SearchResults results,
            Offload offload,
            Embedders embedders) {
        this.database = database;
        this.collections = collections;
        this.filters = filters;
        this.lexical = lexical;
        this.vectors = vectors;
        this.results = results;
        this.offload = offload;
        this.embedders = embedders;
    }

    /**
     * What is compared.
     *
     * @param modelId whose vectors it has
     * @param sample the chunks that stand for it
     * @param own the chunks that are not to be found, ascending
     */
    private record Source(String title, UUID collectionId, UUID modelId, Long[] sample, long[] own) {}

    /** What was found, and the words by which. */
    private record Likeness(FoundChunks found, LexicalQuery words) {}

    /**
     * Documents, or chunks, like a document or a chunk of it.
     *
     * @throws ProblemException (as failure) 404 when the document, the chunk or a collection is not there
     */
    public Uni<SearchView> similar(Caller caller, UUID documentId, NewSimilar wanted) {
        Reach reach = caller.reading();
        NewSearch search = wanted.asSearch();
        DocumentSelection selection = DocumentSelection.of(search);
        // The model is looked up between: no lane waits for it.
        return database.readSql(connection -> source(connection, reach, documentId, wanted.chunkId()))
                .chain(source -> modelOf(source, wanted.mode())
                        .chain(model -> database.readSql(connection -> collections
                                .requireForReading(connection, reach, search.collectionIds())
                                .chain(searched -> filters.within(connection, searched, selection)
                                        .chain(within -> likeness(
                                                connection,
                                                searched,
                                                source,
                                                model,
                                                within.without(source.own()),
                                                wanted.mode() == NewSimilar.Mode.vector)))
                                .chain(likeness ->
                                        results.read(connection, likeness.found(), search, likeness.words()))))
                        .map(shown -> SearchView.of(source.title(), shown, SearchView.Extras.NONE)));
    }

    private Uni<Optional<Embedder>> modelOf(Source source, NewSimilar.@Nullable Mode mode) {
        return mode == NewSimilar.Mode.keyword
                ? Uni.createFrom().item(Optional.empty())
                : embedders.of(source.modelId()).onFailure().recoverWithItem(Optional.empty());
    }

    private static Uni<Source> source(SqlConnection connection, Reach reach, UUID documentId, @Nullable UUID chunkId) {
        SqlConditions conditions = reach.restrict(
                        new SqlConditions().and("c.deleted_at is null"), "c.owner_id", "d.collection_id")
                .and("d.id = $", documentId);
        return connection
                .preparedQuery(CHUNKS + conditions.where() + " group by d.id, c.embedding_model_id")
                .execute(conditions.tuple())
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("document");
                    }
                    Row row = rows.iterator().next();
                    Long[] numbers = row.getArrayOfLongs("numbers");
                    Long[] all = numbers == null ? new Long[0] : numbers;
                    return chunkId == null
                            ? new Source(
                                    row.getString("title"),
                                    row.getUUID("collection_id"),
                                    row.getUUID("embedding_model_id"),
                                    sample(all),
                                    ascending(all))
                            : ofChunk(row, all, chunkId);
                });
    }

    private static Source ofChunk(Row row, Long[] numbers, UUID chunkId) {
        UUID[] ids = row.getArrayOfUUIDs("ids");
        int at = ids == null ? -1 : List.of(ids).indexOf(chunkId);
        if (at < 0) {
            throw ProblemException.notFound("chunk");
        }
        Long[] one = {numbers[at]};
        return new Source(
                row.getString("title"),
                row.getUUID("collection_id"),
                row.getUUID("embedding_model_id"),
                one,
                ascending(one));
    }

    private static long[] ascending(Long[] numbers) {
        return Arrays.stream(numbers).mapToLong(no -> no).sorted().toArray();
    }

    private static Long[] sample(Long[] numbers) {
        if (numbers.length <= SAMPLE) {
            return numbers;
        }
        Long[] sample = new Long[SAMPLE];
        for (int i = 0; i < SAMPLE; i++) {
            sample[i] = numbers[(int) ((long) i * numbers.length / SAMPLE)];
        }
        return sample;
    }

    private Uni<Likeness> likeness(
            SqlConnection connection,
            List<CollectionRef> searched,
            Source source,
            Optional<Embedder> model,
            ChunkSet within,
            boolean meaningWanted) {
        if (model.isEmpty()) {
            String degraded = meaningWanted ? "The collection has no embedding model; compared by words." : null;
            return byWords(connection, searched, source, within, degraded);
        }
        return vectors.knownModelNo(connection, model.get().model(), model.get().dimension())
                .chain(modelNo -> modelNo == null
                        ? byWords(connection, searched, source, within, "There are no vectors yet; compared by words.")
                        : byMeaning(connection, searched, source, within, modelNo));
    }

    /** Only collections of the same model are compared: cosines of different ones say nothing about each other. */
    private Uni<Likeness> byMeaning(
            SqlConnection connection, List<CollectionRef> searched, Source source, ChunkSet within, int modelNo) {
        List<Long> corpora = searched.stream()
                .filter(collection -> collection.embeddingModelId().equals(source.modelId()))
                .map(CollectionRef::corpusNo)
                .toList();
        String leftOut =
                corpora.size() < searched.size() ? "Collections of other embedding models were left out." : null;
        return vectors.vectors(connection, modelNo, source.sample()).chain(known -> {
            if (known.isEmpty()) {
                return byWords(connection, searched, source, within, "It has no vector yet; compared by words.");
            }
            var query = new VectorQuery(corpora, modelNo, mean(known), Metric.cosine, within, DEPTH);
            return vectors.search(connection, query)
                    .map(hits -> new Likeness(
                            FoundChunks.byVector(only(hits, corpora)).degradedBy(leftOut), LexicalQuery.parse("")));
        });
    }

    /** A filter may name chunks of collections that have vectors of the model still, or already. */
    private static VectorHits only(VectorHits found, List<Long> corpora) {
        Set<Long> wanted = Set.copyOf(corpora);
        return new VectorHits(
                found.hits().stream()
                        .filter(hit -> wanted.contains(hit.corpusNo()))
                        .toList(),
                found.complete());
    }

    /** The direction that vectors have in common: the sum of their unit vectors. */
    static float[] mean(List<float[]> vectors) {
        float[] sum = new float[vectors.get(0).length];
        for (float[] vector : vectors) {
            double square = 0;
            for (float number : vector) {
                square += (double) number * number;
            }
            double length = Math.sqrt(square);
            for (int i = 0; i < sum.length && length > 0; i++) {
                sum[i] += (float) (vector[i] / length);
            }
        }
        return sum;
    }

    private Uni<Likeness> byWords(
            SqlConnection connection,
            List<CollectionRef> searched,
            Source source,
            ChunkSet within,
            @Nullable String degraded) {
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        boolean ownSearched =
                searched.stream().anyMatch(collection -> collection.id().equals(source.collectionId()));
        return connection
                .preparedQuery("select content from chunk where no = any($1)")
                .execute(Tuple.of(source.sample()))
                .chain(rows -> {
                    List<String> texts = new ArrayList<>(rows.size());
                    rows.forEach(row -> texts.add(row.getString("content")));
                    return offload.interactive(() -> LexicalQuery.telling(texts, ownSearched));
                })
                .chain(words -> lexical.search(connection, corpora, words, within, DEPTH)
                        .map(hits -> new Likeness(FoundChunks.byKeyword(hits, degraded), words)));
    }
}
