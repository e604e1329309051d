package dev.evenkeel.bench.bulk;

import dev.evenkeel.bench.process.PostgresServer;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes the same rows by COPY and by unnest, in turns, into an emptied table each time. */
public final class BulkMeasurement {

    private final PostgresServer database;
    private final int rounds;

    public BulkMeasurement(PostgresServer database, int rounds) {
        this.database = database;
        this.rounds = rounds;
    }

    /** Chunk rows in batches of about 450 kB, as the service writes them. */
    public BulkResult chunks(String realTable, int rows) throws Exception {
        try (Connection connection = database.connect()) {
            TableShape table = TableShape.like(connection, realTable);
            return measure(connection, table, new RowSource(table).chunks(rows, 300));
        }
    }

    /** Posting rows, sorted within batches of about 10,000. */
    public BulkResult postings(String realTable, int rows) throws Exception {
        try (Connection connection = database.connect()) {
            TableShape table = TableShape.like(connection, realTable);
            return measure(connection, table, new RowSource(table).postings(rows, 10_000));
        }
    }

    private BulkResult measure(Connection connection, TableShape table, List<Batch> batches) throws Exception {
        List<Double> copyOne = new ArrayList<>();
        List<Double> copyBatches = new ArrayList<>();
        List<Double> unnest = new ArrayList<>();
        Vertx vertx = Vertx.vertx();
        PgConnection reactive = PgConnection.connect(
                        vertx,
                        PgConnectOptions.fromUri("postgresql://postgres@127.0.0.1:" + database.port() + "/postgres"))
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        for (int round = 0; round <= rounds; round++) {
            boolean counts = round > 0;
            empty(connection, table);
            record(copyOne, CopyWriter.write(connection, table, batches, true), counts);
            empty(connection, table);
            record(unnest, UnnestWriter.write(reactive, table, batches), counts);
            empty(connection, table);
            record(copyBatches, CopyWriter.write(connection, table, batches, false), counts);
        }
        vertx.close().toCompletionStage().toCompletableFuture().get();
        long rows = batches.stream().mapToLong(batch -> batch.rows().size()).sum();
        return new BulkResult(table.name(), rows, batches.size(), median(copyOne), median(copyBatches), median(unnest));
    }

    private static void record(List<Double> figures, double figure, boolean counts) {
        if (counts) {
            figures.add(figure);
        }
    }

    private static void empty(Connection connection, TableShape table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("truncate " + table.name());
            statement.execute("checkpoint");
        }
    }

    private static double median(List<Double> figures) {
        Collections.sort(figures);
        return figures.get(figures.size() / 2);
    }
}
