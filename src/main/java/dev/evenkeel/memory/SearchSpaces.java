package dev.evenkeel.memory;

import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The corpora of namespaces: made with the first entry that can be searched for. */
@ApplicationScoped
class SearchSpaces {
    private final CorpusState corpora;
    private final VectorIndex vectors;
    private final MemoryConfig config;

    SearchSpaces(CorpusState corpora, VectorIndex vectors, MemoryConfig config) {
        this.corpora = corpora;
        this.vectors = vectors;
        this.config = config;
    }

    /**
     * Where entries of a namespace are indexed.
     *
     * @param modelNo of the vectors that come with the entries; null when none does
     */
    record Space(long corpusNo, String language, @Nullable Integer modelNo) {}

    /** The space of a namespace; made when there is none. Fails with 422 for vectors of another dimension than it has. */
    Uni<Space> require(SqlConnection tx, Namespace namespace, List<EntryWrite> writes) {
        Integer dimension = dimension(writes);
        return (namespace.corpusNo() == null
                        ? create(tx, namespace)
                        : Uni.createFrom().item(namespace))
                .chain(space -> model(tx, space, dimension)
                        .map(modelNo -> new Space(
                                Objects.requireNonNull(space.corpusNo()),
                                Objects.requireNonNull(space.searchLanguage()),
                                modelNo.orElse(null))));
    }

    private static @Nullable Integer dimension(List<EntryWrite> writes) {
        Integer dimension = null;
        for (EntryWrite write : writes) {
            float[] vector = write.search() == null ? null : write.search().vector();
            if (vector != null) {
                if (dimension != null && dimension != vector.length) {
                    throw SearchDataRules.mismatch(vector.length, dimension, "the same request");
                }
                dimension = vector.length;
            }
        }
        return dimension;
    }

    private Uni<Namespace> create(SqlConnection tx, Namespace namespace) {
        return corpora.allocate(tx)
                .chain(corpusNo -> tx.preparedQuery("""
                                update memory_namespace set corpus_no = $2, search_language = $3
                                where namespace_no = $1 and corpus_no is null""")
                        .execute(Tuple.of(namespace.no(), corpusNo, config.language()))
                        .chain(updated ->
                                updated.rowCount() == 0 ? Uni.createFrom().voidItem() : corpora.create(tx, corpusNo)))
                .chain(() -> read(tx, namespace.no()));
    }

    private static Uni<Namespace> read(SqlConnection tx, long namespaceNo) {
        return tx.preparedQuery("select " + Namespace.COLUMNS + " from memory_namespace where namespace_no = $1")
                .execute(Tuple.of(namespaceNo))
                .map(rows -> Namespace.of(rows.iterator().next()));
    }

    /** The dimension is that of the first vector, until none is left. */
    private Uni<java.util.Optional<Integer>> model(SqlConnection tx, Namespace space, @Nullable Integer dimension) {
        if (dimension == null) {
            return Uni.createFrom().item(java.util.Optional.empty());
        }
        return (dimension.equals(space.vectorDimension()) ? Uni.createFrom().voidItem() : settle(tx, space, dimension))
                .chain(() -> vectors.requireModelNo(tx, EntryIndex.GIVEN_VECTORS, dimension))
                .map(java.util.Optional::of);
    }

    private static Uni<Void> settle(SqlConnection tx, Namespace space, int dimension) {
        return tx.preparedQuery("""
                        update memory_namespace set vector_dimension = $2
                        where namespace_no = $1 and (vector_dimension is null or vector_dimension = $2 or not exists (
                            select from memory_search where namespace_no = $1 and vector_given))""")
                .execute(Tuple.of(space.no(), dimension))
                .chain(updated -> updated.rowCount() > 0
                        ? Uni.createFrom().voidItem()
                        : read(tx, space.no()).map(now -> {
                            Integer wanted = now.vectorDimension();
                            throw SearchDataRules.mismatch(
                                    dimension,
                                    wanted == null ? dimension : wanted,
                                    "namespace \"" + space.name() + "\"");
                        }));
    }
}
