package dev.evenkeel.bench.bulk;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Writes batches with {@code insert ... select ... from unnest(...)} through the reactive client, a transaction each. */
final class UnnestWriter {

    private UnnestWriter() {}

    /** Returns rows a second, encoding of the parameters included. */
    static double write(SqlConnection connection, TableShape table, List<Batch> batches)
            throws ExecutionException, InterruptedException {
        PreparedStatement statement = await(connection.prepare(table.unnestStatement()));
        long start = System.nanoTime();
        long rows = 0;
        for (Batch batch : batches) {
            rows += await(statement.query().execute(parameters(table, batch))).rowCount();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        await(statement.close());
        return rows / seconds;
    }

    private static Tuple parameters(TableShape table, Batch batch) {
        Tuple tuple = Tuple.tuple();
        for (int column = 0; column < table.columns().size(); column++) {
            Object first = batch.rows().get(0)[column];
            Class<?> type = first instanceof Buffer ? Buffer.class : first.getClass();
            Object array = Array.newInstance(type, batch.rows().size());
            for (int row = 0; row < batch.rows().size(); row++) {
                Array.set(array, row, batch.rows().get(row)[column]);
            }
            tuple.addValue(array);
        }
        return tuple;
    }

    private static <T> T await(io.vertx.core.Future<T> future) throws ExecutionException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
