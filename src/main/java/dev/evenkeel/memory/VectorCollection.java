package dev.evenkeel.memory;

import dev.evenkeel.platform.search.vector.Metric;
import io.vertx.mutiny.sqlclient.Row;

/**
 * A collection of vectors as a request finds it.
 *
 * @param chunks vectors in it, expired ones until they are swept
 */
record VectorCollection(long corpusNo, String name, int dimension, Metric metric, long chunks) {
    static VectorCollection of(Row row) {
        return new VectorCollection(
                row.getLong("corpus_no"),
                row.getString("name"),
                row.getInteger("dimension"),
                Metric.valueOf(row.getString("metric")),
                row.getLong("chunks"));
    }
}
