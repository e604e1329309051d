package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.Offload;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.SqlResult;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of chunks and the search for the nearest.
 *
 * <p>Candidates come from an index of pgvector, where it is used and the model has one, which every transaction that writes
 * vectors writes too; or from sign bits in memory that are brought up to the version of the corpus, as committed when the
 * search begins, before they are scanned. Their exact vectors are then read by key. So a committed vector is found by the
 * next search on every replica, and a deleted one by none.
 */
@ApplicationScoped
public class VectorIndex {
    private static final Logger LOG = Logger.getLogger(VectorIndex.class);

    /** So many chunks are compared one by one without asking which are likely. */
    private static final int EXACT_CHUNKS = 1_000;

    private final Database database;
    private final Offload offload;
    private final ExactSearch exact;
    private final VectorConfig config;
    private final Residents residents;
    private final ResidentLoader loader;
    private final HalfVectorSearch halves;
    private final Set<Residents.Key> loading = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> modelNumbers = new ConcurrentHashMap<>();

    VectorIndex(
            Database database, Offload offload, VectorConfig config, HalfVectorSearch halves, MeterRegistry metrics) {
        this.database = database;
        this.offload = offload;
        this.exact = new ExactSearch(offload);
        this.loader = new ResidentLoader(offload);
        this.config = config;
        this.halves = halves;
        this.residents = new Residents(config.cacheSize().asLongValue());
        Gauge.builder("evenkeel.search.vector.resident.bytes", residents, Residents::usedBytes)
                .register(metrics);
    }

    /** The number of a model; a model that is not known yet gets one. */
    public Uni<Integer> modelNo(SqlConnection tx, String name, int dimension) {
        String key = dimension + ":" + name;
        Integer known = modelNumbers.get(key);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return tx.preparedQuery("""
                        insert into embedding_model (name, dimension) values ($1, $2)
                        on conflict (name, dimension) do update set name = excluded.name returning model_no""")
                .execute(Tuple.of(name, dimension))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** The number of a model, without a lock that others would wait for when it is known already. */
    public Uni<Integer> requireModelNo(SqlConnection tx, String name, int dimension) {
        return knownModelNo(tx, name, dimension)
                .chain(known -> known == null
                        ? modelNo(tx, name, dimension)
                        : Uni.createFrom().item(known));
    }

    /** The number of a model that some transaction has committed, or nothing when no text was embedded with it yet. */
    public Uni<@Nullable Integer> knownModelNo(SqlConnection connection, String name, int dimension) {
        String key = dimension + ":" + name;
        Integer known = modelNumbers.get(key);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return connection
                .preparedQuery("select model_no from embedding_model where name = $1 and dimension = $2")
                .execute(Tuple.of(name, dimension))
                .map(rows -> {
                    for (Row row : rows) {
                        modelNumbers.put(key, row.getInteger(0));
                        return row.getInteger(0);
                    }
                    return null;
                });
    }

    /** Stores vectors, in the caller's transaction; a chunk that has one of the model gets the new one. */
    public Uni<Void> add(SqlConnection tx, long corpusNo, int modelNo, List<ChunkVector> vectors) {
        if (vectors.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return tx.preparedQuery("""
                        insert into chunk_vector (chunk_no, corpus_no, model_no, text_hash, vector, bits)
                        select chunk_no, $1, $2, text_hash, vector, bits
                        from unnest($3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[])
                          as given(chunk_no, text_hash, vector, bits)
                        on conflict (chunk_no, model_no) do update set
                          text_hash = excluded.text_hash, vector = excluded.vector, bits = excluded.bits""")
                .execute(Tuple.of(
                        corpusNo,
                        modelNo,
                        vectors.stream().map(ChunkVector::chunkNo).toArray(Long[]::new),
                        vectors.stream().map(v -> Buffer.buffer(v.textHash())).toArray(Buffer[]::new),
                        vectors.stream()
                                .map(v -> Buffer.buffer(Vectors.toBytes(v.vector())))
                                .toArray(Buffer[]::new),
                        vectors.stream()
                                .map(v -> Buffer.buffer(Vectors.signBytes(v.vector())))
                                .toArray(Buffer[]::new)))
                .replaceWithVoid();
    }

    /** As {@link #add}; vectors of other models that the chunks have go. */
    public Uni<Void> replace(SqlConnection tx, long corpusNo, int modelNo, List<ChunkVector> vectors) {
        return vectors.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("delete from chunk_vector where chunk_no = any($1) and model_no <> $2")
                        .execute(Tuple.of(
                                vectors.stream().map(ChunkVector::chunkNo).toArray(Long[]::new), modelNo))
                        .chain(() -> add(tx, corpusNo, modelNo, vectors));
    }

    /** The models that a corpus has vectors of; by hopping through the index, so that it costs nothing by their number. */
    public Uni<List<Integer>> modelsOf(SqlConnection connection, long corpusNo) {
        return connection.preparedQuery("""
                        with recursive found(model_no) as (
                          (select min(model_no) from chunk_vector where corpus_no = $1)
                          union all
                          select (select min(v.model_no) from chunk_vector v
                                  where v.corpus_no = $1 and v.model_no > found.model_no)
                          from found where found.model_no is not null)
                        select model_no from found where model_no is not null""").execute(Tuple.of(corpusNo)).map(rows -> {
            List<Integer> models = new ArrayList<>();
            rows.forEach(row -> models.add(row.getInteger(0)));
            return models;
        });
    }

    /** Removes some vectors that a corpus has of a model, in the caller's transaction; gives how many. */
    public Uni<Integer> removeSome(SqlConnection tx, long corpusNo, int modelNo, int most) {
        return tx.preparedQuery("""
                        delete from chunk_vector where model_no = $2 and chunk_no = any(array(
                          select chunk_no from chunk_vector where corpus_no = $1 and model_no = $2
                          order by chunk_no limit $3))""").execute(Tuple.of(corpusNo, modelNo, most)).map(SqlResult::rowCount);
    }

    /** Vectors that texts have already, by the hexadecimal hash of the text. */
    public Uni<Map<String, float[]>> known(SqlConnection connection, int modelNo, Collection<byte[]> textHashes) {
        return connection
                .preparedQuery("""
                        select distinct on (text_hash) text_hash, vector from chunk_vector
                        where model_no = $1 and text_hash = any($2)""")
                .execute(Tuple.of(
                        modelNo, textHashes.stream().map(Buffer::buffer).toArray(Buffer[]::new)))
                .map(rows -> {
                    Map<String, float[]> known = new HashMap<>();
                    for (Row row : rows) {
                        known.put(
                                HexFormat.of()
                                        .formatHex(row.getBuffer("text_hash").getBytes()),
                                Vectors.fromBytes(row.getBuffer("vector").getBytes()));
                    }
                    return known;
                });
    }

    /** The vector of a chunk, or null. */
    public Uni<float @Nullable []> find(SqlConnection connection, long chunkNo) {
        return connection
                .preparedQuery("select vector from chunk_vector where chunk_no = $1")
                .execute(Tuple.of(chunkNo))
                .map(rows -> {
                    for (Row row : rows) {
                        return Vectors.fromBytes(row.getBuffer("vector").getBytes());
                    }
                    return null;
                });
    }

    /** The vectors that a model made of chunks; of those that have none, none. */
    public Uni<List<float[]>> vectors(SqlConnection connection, int modelNo, Long[] chunkNos) {
        return connection
                .preparedQuery("select vector from chunk_vector where chunk_no = any($1) and model_no = $2")
                .execute(Tuple.of(chunkNos, modelNo))
                .map(rows -> {
                    List<float[]> vectors = new ArrayList<>(rows.size());
                    rows.forEach(row -> vectors.add(
                            Vectors.fromBytes(row.getBuffer("vector").getBytes())));
                    return vectors;
                });
    }

    /**
     * The vector of a chunk becomes that of another.
     *
     * @param after has no vector yet
     * @param textHash SHA-256 of the text that would be embedded for it now
     */
    public record Successor(long before, long after, byte[] textHash) {}

    /**
     * Gives vectors to other chunks of the corpus, in the caller's transaction; not those that were made of another text.
     *
     * @return how many chunks have got one, by the number of the model
     */
    public Uni<Map<Integer, Integer>> renumber(SqlConnection tx, long corpusNo, List<Successor> successors) {
        return successors.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : tx.preparedQuery("""
                                update chunk_vector v set chunk_no = given.after
                                from unnest($2::bigint[], $3::bigint[], $4::bytea[]) as given(before, after, text_hash)
                                where v.chunk_no = given.before and v.corpus_no = $1 and v.text_hash = given.text_hash
                                returning v.model_no""")
                        .execute(Tuple.of(
                                corpusNo,
                                successors.stream().map(Successor::before).toArray(Long[]::new),
                                successors.stream().map(Successor::after).toArray(Long[]::new),
                                successors.stream()
                                        .map(successor -> Buffer.buffer(successor.textHash()))
                                        .toArray(Buffer[]::new)))
                        .map(rows -> {
                            Map<Integer, Integer> chunks = new HashMap<>();
                            rows.forEach(row -> chunks.merge(row.getInteger(0), 1, Integer::sum));
                            return chunks;
                        });
    }

    /** Removes the vectors of chunks, in the caller's transaction. */
    public Uni<Void> remove(SqlConnection tx, long corpusNo, Collection<Long> chunkNos) {
        return chunkNos.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("delete from chunk_vector where corpus_no = $1 and chunk_no = any($2)")
                        .execute(Tuple.of(corpusNo, chunkNos.toArray(Long[]::new)))
                        .replaceWithVoid();
    }

    /** Removes all vectors of a corpus, in the caller's transaction. */
    public Uni<Void> drop(SqlConnection tx, long corpusNo) {
        return tx.preparedQuery("delete from chunk_vector where corpus_no = $1")
                .execute(Tuple.of(corpusNo))
                .replaceWithVoid();
    }

    /** Removes the vectors of chunks of any corpora, in the caller's transaction. */
    public Uni<Void> remove(SqlConnection tx, Collection<Long> chunkNos) {
        return chunkNos.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("delete from chunk_vector where chunk_no = any($1)")
                        .execute(Tuple.of(chunkNos.toArray(Long[]::new)))
                        .replaceWithVoid();
    }

    /**
     * The chunks nearest to a query. Exact when few chunks may be found, and by every metric but the cosine: sign bits say
     * something about angles, nothing about lengths. Otherwise the nearest by the index of pgvector, or where there is none by sign
     * bits, are ranked exactly.
     */
    public Uni<VectorHits> search(SqlConnection connection, VectorQuery query) {
        if (query.within().isEmpty() || query.corpusNos().isEmpty() || query.limit() < 1) {
            return Uni.createFrom().item(new VectorHits(List.of(), true));
        }
        if (query.within().listsAtMost(EXACT_CHUNKS)) {
            return exact.among(connection, boxed(query.within().numbers()), query)
                    .map(hits -> new VectorHits(hits, true));
        }
        if (query.metric() != Metric.cosine) {
            return exact.all(connection, query).map(hits -> new VectorHits(hits, true));
        }
        return halves.candidates(connection, query)
                .chain(found -> found.isEmpty()
                        ? bySigns(connection, query)
                        : exact.among(connection, boxed(found.get()), query)
                                .invoke(() -> residents.forget(query.corpusNos(), query.modelNo()))
                                .map(hits -> new VectorHits(hits, true)));
    }

    private Uni<VectorHits> bySigns(SqlConnection connection, VectorQuery query) {
        return loader.versions(connection, query.corpusNos())
                .chain(versions -> Multi.createFrom()
                        .iterable(versions.corpora())
                        .onItem()
                        .transformToUniAndConcatenate(corpus -> current(
                                connection, corpus, query.modelNo(), query.vector().length, versions.serverStart()))
                        .collect()
                        .asList())
                .chain(current -> {
                    List<ResidentCorpus> ready = current.stream()
                            .map(Current::corpus)
                            .filter(java.util.Objects::nonNull)
                            .toList();
                    boolean complete = ready.size() == current.size();
                    return candidates(ready, query)
                            .chain(nos -> exact.among(connection, nos, query))
                            .map(hits -> new VectorHits(hits, complete));
                });
    }

    /** Memory that sign bits take in this replica. */
    long residentBytes() {
        return residents.usedBytes();
    }

    /** The corpora that this replica searches from memory. */
    public Set<Long> residentCorpora() {
        return residents.corpusNos();
    }

    /**
     * Has the sign bits of a model that a corpus will be searched by in memory, up to date, before the first search asks for
     * them. Does nothing on a replica that does not search the corpus, nor where the bits that searches need now would have
     * to go for it. Not in a lane.
     */
    public Uni<Void> keepUp(long corpusNo, int modelNo, int dimension) {
        var key = new Residents.Key(corpusNo, modelNo);
        int words = Vectors.words(dimension);
        if (!residents.corpusNos().contains(corpusNo) || !loading.add(key)) {
            return Uni.createFrom().voidItem();
        }
        return database.bulkSql(tx -> loader.versions(tx, List.of(corpusNo))
                        .chain(versions -> Multi.createFrom()
                                .iterable(versions.corpora())
                                .filter(corpus -> residents.hasRoom(key, (words + 1L) * Long.BYTES * corpus.chunks()))
                                .onItem()
                                .transformToUniAndConcatenate(
                                        corpus -> upToDate(tx, corpus, key, words, versions.serverStart())
                                                .invoke(bits -> residents.put(key, bits, versions.serverStart())))
                                .collect()
                                .last()
                                .replaceWithVoid()))
                .onTermination()
                .invoke(() -> loading.remove(key));
    }

    private Uni<ResidentCorpus> upToDate(
            SqlConnection tx,
            ResidentLoader.CorpusVersion corpus,
            Residents.Key key,
            int words,
            OffsetDateTime serverStart) {
        ResidentCorpus resident = residents.get(key, serverStart);
        if (resident == null || resident.version() < corpus.prunedVersion()) {
            return loader.load(tx, corpus, key.modelNo(), words);
        }
        return resident.version() >= corpus.version()
                ? Uni.createFrom().item(resident)
                : loader.update(tx, resident, corpus, key.modelNo(), words);
    }

    private static Long[] boxed(long[] numbers) {
        return Arrays.stream(numbers).boxed().toArray(Long[]::new);
    }

    /** A corpus as of the version asked for, or null while it is being loaded. */
    private record Current(@Nullable ResidentCorpus corpus) {}

    private Uni<Current> current(
            SqlConnection connection,
            ResidentLoader.CorpusVersion corpus,
            int modelNo,
            int dimension,
            OffsetDateTime serverStart) {
        var key = new Residents.Key(corpus.corpusNo(), modelNo);
        int words = Vectors.words(dimension);
        ResidentCorpus resident = residents.get(key, serverStart);
        if (resident != null && resident.version() >= corpus.version()) {
            return Uni.createFrom().item(new Current(resident));
        }
        if (resident != null && resident.version() >= corpus.prunedVersion()) {
            return loader.update(connection, resident, corpus, modelNo, words)
                    .invoke(updated -> residents.put(key, updated, serverStart))
                    .map(Current::new);
        }
        if (corpus.chunks() <= config.loadWhileWaiting()) {
            return loader.load(connection, corpus, modelNo, words)
                    .invoke(loaded -> residents.put(key, loaded, serverStart))
                    .map(Current::new);
        }
        loadInBackground(key, corpus, words, serverStart);
        return Uni.createFrom().item(new Current(null));
    }

    private void loadInBackground(
            Residents.Key key, ResidentLoader.CorpusVersion corpus, int words, OffsetDateTime serverStart) {
        if (loading.add(key)) {
            database.bulkSql(tx -> loader.load(tx, corpus, key.modelNo(), words))
                    .onTermination()
                    .invoke(() -> loading.remove(key))
                    .subscribe()
                    .with(
                            loaded -> residents.put(key, loaded, serverStart),
                            failure -> LOG.warnf(failure, "Vectors of corpus %d were not loaded", corpus.corpusNo()));
        }
    }

    private int wanted(VectorQuery query) {
        return Math.max(config.candidates(), query.limit());
    }

    private Uni<Long[]> candidates(List<ResidentCorpus> corpora, VectorQuery query) {
        if (corpora.stream().allMatch(corpus -> corpus.size() == 0)) {
            return Uni.createFrom().item(new Long[0]);
        }
        return offload.interactive(
                // In the order in which they are stored, so that those of one page are read together.
                () -> Arrays.stream(CandidateScan.nearest(corpora, query.within(), query.vector(), wanted(query)))
                        .sorted()
                        .distinct()
                        .boxed()
                        .toArray(Long[]::new));
    }
}
