package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.search.ChunkRange;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.filter.MetadataFilter;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.Metric;
import dev.evenkeel.platform.search.vector.VectorHit;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.platform.search.vector.VectorQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Collections of vectors that belong to no entry, each with its dimension and metric. */
@ApplicationScoped
public class VectorService {
    private static final byte[] NO_TEXT = new byte[0];

    /** Hits beyond those asked for: so many equally near ones are put in the order of their ids. */
    private static final int TIES = 100;

    private static final Comparator<Candidate> NEAREST_FIRST =
            Comparator.comparingDouble(Candidate::similarity).reversed().thenComparing(Candidate::id);

    private final Database database;
    private final NamespaceRepository namespaces;
    private final VectorRepository collections;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final SearchDataRules rules;
    private final MemoryConfig config;

    VectorService(
            Database database,
            NamespaceRepository namespaces,
            VectorRepository collections,
            VectorIndex vectors,
            CorpusState corpora,
            SearchDataRules rules,
            MemoryConfig config) {
        this.database = database;
        this.namespaces = namespaces;
        this.collections = collections;
        this.vectors = vectors;
        this.corpora = corpora;
        this.rules = rules;
        this.config = config;
    }

    /** A collection that was asked for; created says whether it is new. */
    public record Settled(boolean created, VectorRequests.View view) {}

    /** Makes a collection, and its namespace when there is none; fails with 409 when there is another of that name. */
    public Uni<Settled> put(Caller caller, String namespace, String name, VectorRequests.Settings settings) {
        UUID owner = Owner.writing(caller);
        check(namespace, name);
        return database.writeSql(tx -> namespaces
                .requireOrCreate(tx, owner, namespace, config.maxNamespaces())
                .chain(space -> create(tx, space, name, settings))
                .call(created -> created
                        ? Uni.createFrom().voidItem()
                        : collections.find(tx, owner, namespace, name).invoke(found -> {
                            if (found == null) {
                                throw ProblemException.conflict("The namespace has " + config.maxCollections()
                                        + " collections of vectors, which is the limit.");
                            }
                            if (found.dimension() != settings.dimension() || found.metric() != settings.metric()) {
                                throw ProblemException.conflict("There is a collection \"" + name + "\" of dimension "
                                        + found.dimension() + " and metric " + found.metric() + ".");
                            }
                        }))
                .chain(created ->
                        collections.view(tx, owner, namespace, name).map(view -> new Settled(created, view))));
    }

    private Uni<Boolean> create(SqlConnection tx, Namespace space, String name, VectorRequests.Settings settings) {
        return corpora.allocate(tx)
                .chain(corpusNo -> collections
                        .create(tx, space.no(), corpusNo, name, settings, config.maxCollections())
                        .call(created -> created
                                ? corpora.create(tx, corpusNo)
                                : Uni.createFrom().voidItem()));
    }

    public Uni<List<VectorRequests.View>> list(Caller caller, String namespace) {
        UUID owner = Owner.reading(caller);
        Names.namespace(namespace);
        return database.readSql(connection -> namespaces
                .require(connection, owner, namespace)
                .chain(() -> collections.list(connection, owner, namespace)));
    }

    public Uni<VectorRequests.View> get(Caller caller, String namespace, String name) {
        UUID owner = Owner.reading(caller);
        check(namespace, name);
        return database.readSql(connection -> collections.view(connection, owner, namespace, name));
    }

    /** Deletes a collection with its vectors; nothing of it is found from then on. */
    public Uni<Void> delete(Caller caller, String namespace, String name) {
        UUID owner = Owner.writing(caller);
        check(namespace, name);
        return database.writeSql(tx -> collections
                .require(tx, owner, namespace, name)
                .chain(found -> collections.markDeleted(tx, found.corpusNo())));
    }

    /** Stores vectors together, or none; a vector of an id that is there is replaced with its metadata and time to live. */
    public Uni<VectorRequests.Stored> upsert(
            Caller caller, String namespace, String name, List<VectorRequests.NewVector> items) {
        UUID owner = Owner.writing(caller);
        check(namespace, name);
        String[] metadata = checked(items);
        return database.writeSql(tx -> collections
                .requireForWriting(tx, owner, namespace, name)
                .chain(collection -> items.isEmpty()
                        ? Uni.createFrom().item(new VectorRequests.Stored(0, 0))
                        : store(tx, collection, items, metadata)));
    }

    private String[] checked(List<VectorRequests.NewVector> items) {
        if (items.size() > config.maxBatchItems()) {
            throw ProblemException.invalid(
                    "items", "has " + items.size() + " elements, more than " + config.maxBatchItems());
        }
        String[] metadata = new String[items.size()];
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < metadata.length; i++) {
            VectorRequests.NewVector item = items.get(i);
            String field = "items." + i;
            if (!ids.add(Names.key(field + ".id", item.id()))) {
                throw ProblemException.invalid(field + ".id", "comes twice in one request");
            }
            SearchDataRules.vector(field + ".vector", item.vector());
            metadata[i] = rules.metadata(item.metadata());
        }
        return metadata;
    }

    private Uni<VectorRequests.Stored> store(
            SqlConnection tx, VectorCollection collection, List<VectorRequests.NewVector> items, String[] metadata) {
        items.forEach(item -> requireDimension(collection, item.vector()));
        Map<String, float[]> byId = new HashMap<>();
        items.forEach(item -> byId.put(item.id(), item.vector()));
        String[] ids = items.stream().map(VectorRequests.NewVector::id).toArray(String[]::new);
        Long[] ttlS = items.stream().map(VectorRequests.NewVector::ttlS).toArray(Long[]::new);
        return collections
                .upsert(tx, collection.corpusNo(), ids, metadata, ttlS)
                .chain(rows -> {
                    List<ChunkVector> stored = new ArrayList<>(rows.size());
                    int added = 0;
                    int created = 0;
                    for (Row row : rows) {
                        stored.add(new ChunkVector(
                                row.getLong("chunk_no"),
                                NO_TEXT,
                                Objects.requireNonNull(byId.get(row.getString("id")))));
                        added += row.getBoolean("added") ? 1 : 0;
                        created += row.getBoolean("created") ? 1 : 0;
                    }
                    requireRoom(collection, added);
                    var answer = new VectorRequests.Stored(rows.size(), created);
                    return index(tx, collection, stored, added).replaceWith(answer);
                });
    }

    private Uni<Long> index(SqlConnection tx, VectorCollection collection, List<ChunkVector> stored, int added) {
        List<Long> ascending =
                stored.stream().map(ChunkVector::chunkNo).sorted().toList();
        return vectors.requireModelNo(tx, EntryIndex.GIVEN_VECTORS, collection.dimension())
                .chain(modelNo -> vectors.replace(tx, collection.corpusNo(), modelNo, stored))
                .chain(() -> corpora.commitChange(
                        tx, collection.corpusNo(), added, 0, ChunkRange.covering(ascending), List.of()));
    }

    /** Writers at the same time are not counted for each other: the limit may be exceeded by what they are writing. */
    private void requireRoom(VectorCollection collection, int added) {
        long limit = collection.metric() == Metric.cosine
                ? config.maxVectors()
                : config.maxExactSize().asLongValue() / ((long) collection.dimension() * Float.BYTES);
        if (added > 0 && collection.chunks() + added > limit) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.QUOTA_EXCEEDED,
                            "A collection of metric " + collection.metric() + " and dimension "
                                    + collection.dimension() + " holds at most " + limit + " vectors; \""
                                    + collection.name() + "\" would have " + (collection.chunks() + added) + "."),
                    null);
        }
    }

    private static void requireDimension(VectorCollection collection, float[] vector) {
        if (vector.length != collection.dimension()) {
            throw SearchDataRules.mismatch(
                    vector.length, collection.dimension(), "collection \"" + collection.name() + "\"");
        }
    }

    public Uni<VectorRequests.Item> getItem(Caller caller, String namespace, String name, String id) {
        UUID owner = Owner.reading(caller);
        check(namespace, name);
        Names.key("id", id);
        return database.readSql(connection -> collections
                .require(connection, owner, namespace, name)
                .chain(collection -> collections.get(connection, collection.corpusNo(), id))
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("vector"))
                .chain(row -> vectors.find(connection, row.getLong("chunk_no")).map(vector -> {
                    if (vector == null) {
                        throw ProblemException.notFound("vector");
                    }
                    return item(row, vector);
                })));
    }

    private static VectorRequests.Item item(Row row, float[] vector) {
        OffsetDateTime expires = row.getOffsetDateTime("expires_at");
        return new VectorRequests.Item(
                row.getString("id"),
                vector,
                row.getString("metadata"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                expires == null ? null : expires.toInstant());
    }

    public Uni<Void> deleteItem(Caller caller, String namespace, String name, String id) {
        UUID owner = Owner.writing(caller);
        check(namespace, name);
        Names.key("id", id);
        return database.writeSql(tx -> collections
                        .requireForWriting(tx, owner, namespace, name)
                        .chain(collection -> remove(tx, collection, id)))
                .invoke(living -> {
                    if (!living) {
                        throw ProblemException.notFound("vector");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Boolean> remove(SqlConnection tx, VectorCollection collection, String id) {
        return collections.delete(tx, collection.corpusNo(), id).chain(row -> {
            if (row == null) {
                return Uni.createFrom().item(false);
            }
            long chunkNo = row.getLong("chunk_no");
            return vectors.remove(tx, List.of(chunkNo))
                    .chain(() -> corpora.commitChange(tx, collection.corpusNo(), -1, 0, List.of(), List.of(chunkNo)))
                    .replaceWith(row.getBoolean("living"));
        });
    }

    /** The vectors nearest to one, by the collection's metric. */
    public Uni<VectorRequests.Results> search(
            Caller caller, String namespace, String name, VectorRequests.Search wanted) {
        UUID owner = Owner.reading(caller);
        check(namespace, name);
        SearchDataRules.vector("vector", wanted.vector());
        MetadataFilter filter = MetadataFilter.parse(wanted.filter());
        return database.readSql(connection -> collections
                .require(connection, owner, namespace, name)
                .invoke(collection -> requireDimension(collection, wanted.vector()))
                .chain(collection -> near(connection, collection, wanted, filter)
                        .chain(hits -> results(connection, collection.metric(), hits, wanted.kOrDefault()))));
    }

    private Uni<List<VectorHit>> near(
            SqlConnection connection,
            VectorCollection collection,
            VectorRequests.Search wanted,
            @Nullable MetadataFilter filter) {
        return vectors.knownModelNo(connection, EntryIndex.GIVEN_VECTORS, collection.dimension())
                .chain(modelNo -> modelNo == null
                        ? Uni.createFrom().item(List.<VectorHit>of())
                        : collections
                                .within(connection, collection.corpusNo(), filter)
                                .chain(within -> vectors.search(
                                        connection,
                                        new VectorQuery(
                                                List.of(collection.corpusNo()),
                                                modelNo,
                                                wanted.vector(),
                                                collection.metric(),
                                                within,
                                                wanted.kOrDefault() + TIES)))
                                .map(found -> {
                                    if (!found.complete()) {
                                        throw ProblemException.unavailable(
                                                "The vectors are being loaded; try again shortly.",
                                                Duration.ofSeconds(1));
                                    }
                                    return found.hits();
                                }));
    }

    private record Candidate(String id, double similarity, String metadata) {}

    private Uni<VectorRequests.Results> results(SqlConnection connection, Metric metric, List<VectorHit> hits, int k) {
        return collections
                .names(connection, hits.stream().map(VectorHit::chunkNo).toArray(Long[]::new))
                .map(rows -> new VectorRequests.Results(
                        metric,
                        named(rows, hits).stream()
                                .sorted(NEAREST_FIRST)
                                .limit(k)
                                .map(found -> new VectorRequests.Result(
                                        found.id(), metric.figure(found.similarity()), found.metadata()))
                                .toList()));
    }

    private static List<Candidate> named(RowSet<Row> rows, List<VectorHit> hits) {
        Map<Long, Double> similarities = new HashMap<>();
        hits.forEach(hit -> similarities.put(hit.chunkNo(), hit.similarity()));
        List<Candidate> named = new ArrayList<>(rows.size());
        rows.forEach(row -> named.add(new Candidate(
                row.getString("id"),
                Objects.requireNonNull(similarities.get(row.getLong("chunk_no"))),
                row.getString("metadata"))));
        return named;
    }

    private static void check(String namespace, String name) {
        Names.namespace(namespace);
        Names.key("collection", name);
    }
}
