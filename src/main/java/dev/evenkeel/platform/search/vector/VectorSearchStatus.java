package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells by what vectors are searched, and of the indexes that there are for it. */
@ApplicationScoped
public class VectorSearchStatus {
    private static final int MOST = 200;

    private static final String INDEXES = """
            select m.name, m.dimension, i.indisvalid and %s as ready, greatest(c.reltuples, 0)::bigint as vectors,
                   pg_relation_size(c.oid) as bytes
            from embedding_model m join pg_class c on c.oid = to_regclass('%s' || m.model_no)
            join pg_index i on i.indexrelid = c.oid order by m.model_no limit $1""".formatted(HalfVectors.IS_SOUND, HalfVectors.INDEX);

    private final Database database;
    private final PgVector pgVector;
    private final VectorIndex vectors;

    VectorSearchStatus(Database database, PgVector pgVector, VectorIndex vectors) {
        this.database = database;
        this.pgVector = pgVector;
        this.vectors = vectors;
    }

    /** The choice of this replica, and at most {@value #MOST} indexes. */
    Uni<VectorsView> current() {
        return database.readSql(connection -> connection.preparedQuery(INDEXES).execute(Tuple.of(MOST)))
                .map(rows -> {
                    List<IndexView> indexes = new ArrayList<>();
                    for (Row row : rows) {
                        indexes.add(new IndexView(
                                row.getString("name"),
                                row.getInteger("dimension"),
                                row.getBoolean("ready"),
                                row.getLong("vectors"),
                                row.getLong("bytes")));
                    }
                    PgVector.Choice choice = pgVector.choice();
                    return new VectorsView(
                            choice.used() ? "pgvector" : "resident",
                            choice.version(),
                            choice.reason(),
                            vectors.residentBytes(),
                            indexes);
                });
    }

    /**
     * How vectors are searched.
     *
     * @param kind pgvector or resident
     * @param extensionVersion of pgvector in the database
     * @param reason for the choice
     * @param residentBytes memory of sign bits in this replica
     * @param indexes HNSW indexes in the database
     */
    @RegisterForReflection
    public record VectorsView(
            String kind,
            @Nullable String extensionVersion,
            String reason,
            long residentBytes,
            List<IndexView> indexes) {}

    /**
     * An HNSW index.
     *
     * @param ready whether searches use it; otherwise it is being built
     * @param vectors about so many are in it
     */
    @RegisterForReflection
    public record IndexView(String model, int dimension, boolean ready, long vectors, long bytes) {}
}
