package dev.evenkeel.bench.memory.client;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** pgjdbc behind HikariCP: a thread for each caller, which takes a connection for each operation. */
final class BlockingSide implements Side {

    private final HikariDataSource pool;
    private final ExecutorService threads;
    private final int callers;
    private final Workload workload = new Workload();

    BlockingSide(String jdbcUrl, int connections, int callers) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections);
        config.setConnectionTimeout(30_000);
        this.pool = new HikariDataSource(config);
        this.callers = callers;
        this.threads = Executors.newFixedThreadPool(callers);
    }

    @Override
    public Histogram run(EntryStatement operation, Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        List<Callable<Histogram>> loops = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            int namespace = caller;
            loops.add(() -> loop(operation, namespace, end));
        }
        Histogram all = Latencies.histogram();
        for (Future<Histogram> loop : threads.invokeAll(loops)) {
            all.add(loop.get());
        }
        return all;
    }

    private Histogram loop(EntryStatement operation, int namespace, long end) throws SQLException {
        Histogram latencies = Latencies.histogram();
        SplittableRandom random = new SplittableRandom(namespace);
        long begin = System.nanoTime();
        while (begin < end) {
            execute(operation, namespace, random.nextInt(Workload.KEYS));
            long now = System.nanoTime();
            latencies.recordValue(now - begin);
            begin = now;
        }
        return latencies;
    }

    private void execute(EntryStatement operation, int namespace, int first) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(operation.jdbcSql())) {
            statement.setLong(1, namespace);
            if (operation.isBatch()) {
                statement.setArray(2, connection.createArrayOf("text", workload.keys(first, operation.entries())));
                if (operation.stores()) {
                    statement.setArray(
                            3, connection.createArrayOf("text", workload.values(first, operation.entries())));
                }
            } else {
                statement.setString(2, workload.key(first));
                if (operation.stores()) {
                    statement.setString(3, workload.value(first));
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                read(operation, rows);
            }
        }
    }

    /** Takes every column out of every row, as whoever asked would. */
    private static void read(EntryStatement operation, ResultSet rows) throws SQLException {
        int count = 0;
        long sum = 0;
        while (rows.next()) {
            count++;
            sum += rows.getLong("version");
            if (!operation.stores()) {
                sum += rows.getString("value").length();
            }
            if (operation.isBatch()) {
                sum += rows.getString("key").length();
            }
        }
        if (count != operation.entries() || sum <= 0) {
            throw new IllegalStateException(operation.title() + " answered " + count + " rows");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        pool.close();
    }
}
