package dev.evenkeel.bench.memory.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The Vert.x client: callers are spread over the event loops and take a connection of the pool for each operation. */
final class ReactiveSide implements Side {

    private final Vertx vertx;
    private final List<Pool> pools = new ArrayList<>();
    private final List<Context> contexts = new ArrayList<>();
    private final int callers;
    private final Workload workload = new Workload();

    /** Every event loop has its share of the connections, so that an answer arrives on the thread that waits for it. */
    ReactiveSide(String uri, int connections, int callers) {
        int loops = Math.min(Runtime.getRuntime().availableProcessors(), Math.min(connections, callers));
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        this.callers = callers;
        for (int loop = 0; loop < loops; loop++) {
            int share = connections / loops + (loop < connections % loops ? 1 : 0);
            pools.add(PgBuilder.pool()
                    .using(vertx)
                    .connectingTo(PgConnectOptions.fromUri(uri).setCachePreparedStatements(true))
                    .with(new PoolOptions().setMaxSize(share).setMaxWaitQueueSize(-1))
                    .build());
            contexts.add(((VertxInternal) vertx).createEventLoopContext());
        }
    }

    @Override
    public Histogram run(EntryStatement operation, Duration duration) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        List<Caller> running = new ArrayList<>();
        for (int number = 0; number < callers; number++) {
            Caller caller = new Caller(operation, number, pools.get(number % pools.size()), end);
            running.add(caller);
            contexts.get(number % contexts.size()).runOnContext(v -> caller.next(System.nanoTime()));
        }
        Histogram all = Latencies.histogram();
        for (Caller caller : running) {
            caller.ended.get(duration.toMillis() + 60_000, TimeUnit.MILLISECONDS);
            all.add(caller.latencies);
        }
        return all;
    }

    private final class Caller {
        private final EntryStatement operation;
        private final int namespace;
        private final Pool pool;
        private final long end;
        private final SplittableRandom random;
        private final Histogram latencies = Latencies.histogram();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Caller(EntryStatement operation, int namespace, Pool pool, long end) {
            this.operation = operation;
            this.namespace = namespace;
            this.pool = pool;
            this.end = end;
            this.random = new SplittableRandom(namespace);
        }

        void next(long begin) {
            if (begin >= end) {
                ended.complete(null);
                return;
            }
            execute(random.nextInt(Workload.KEYS))
                    .onSuccess(rows -> {
                        read(operation, rows);
                        long now = System.nanoTime();
                        latencies.recordValue(now - begin);
                        next(now);
                    })
                    .onFailure(ended::completeExceptionally);
        }

        private Future<RowSet<Row>> execute(int first) {
            Tuple parameters = Tuple.tuple().addLong((long) namespace);
            if (operation.isBatch()) {
                parameters.addArrayOfString(workload.keys(first, operation.entries()));
                if (operation.stores()) {
                    parameters.addArrayOfString(workload.values(first, operation.entries()));
                }
            } else {
                parameters.addString(workload.key(first));
                if (operation.stores()) {
                    parameters.addString(workload.value(first));
                }
            }
            return pool.preparedQuery(operation.sql()).execute(parameters);
        }
    }

    /** Takes every column out of every row, as whoever asked would. */
    private static void read(EntryStatement operation, RowSet<Row> rows) {
        long sum = 0;
        for (Row row : rows) {
            sum += row.getLong("version");
            if (!operation.stores()) {
                sum += row.getString("value").length();
            }
            if (operation.isBatch()) {
                sum += row.getString("key").length();
            }
        }
        if (rows.size() != operation.entries() || sum <= 0) {
            throw new IllegalStateException(operation.title() + " answered " + rows.size() + " rows");
        }
    }

    @Override
    public void close() throws Exception {
        for (Pool pool : pools) {
            pool.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
