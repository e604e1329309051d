package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.RetryLater;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HNSW index of a model while vectors are written and searched: copies vectors that have no copy yet, then builds the
 * graph. Until it is valid, searches find by sign bits.
 */
@ApplicationScoped
class HnswBuild implements JobHandler {
    static final String KIND = "search.vector-index";
    static final String MODEL = "model_no";

    /** First key of the advisory locks on the building of an index; the second is the number of the model. */
    private static final int LOCK_SPACE = 0x45764b02;

    private static final String PREPARE = "prepare";
    private static final String COPY = "copy";
    private static final String BUILD = "build";
    private static final int PAGE = 500;
    private static final int KILOBYTE = 1024;
    private static final Duration REPORT = Duration.ofSeconds(2);
    private static final Duration BUSY = Duration.ofSeconds(15);

    private static final String DIMENSION = "select dimension from embedding_model where model_no = $1";
    private static final String LOCK = "select pg_try_advisory_lock($1, $2)";

    private static final String SETTINGS = """
            select set_config('maintenance_work_mem', $1, false),
                   set_config('max_parallel_maintenance_workers',
                              coalesce($2, current_setting('max_parallel_maintenance_workers')), false)""";

    private static final String BROKEN = """
            select exists (select from pg_index where indexrelid = to_regclass($1) and not indisvalid) as broken""";

    private static final String PROGRESS = """
            select coalesce(max(tuples_done), 0) as done, coalesce(max(tuples_total), 0) as total
            from pg_stat_progress_create_index where relid = to_regclass('chunk_half_vector')""";

    private final Vertx vertx;
    private final Database database;
    private final PgVector pgVector;
    private final VectorIndexConfig config;

    HnswBuild(Vertx vertx, Database database, PgVector pgVector, VectorIndexConfig config) {
        this.vertx = vertx;
        this.database = database;
        this.pgVector = pgVector;
        this.config = config;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of(PREPARE, COPY, BUILD);
    }

    @Override
    public boolean active() {
        return pgVector.used();
    }

    @Override
    public int maxConcurrent() {
        return 1;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        int modelNo = run.payload().getInteger(MODEL);
        return run.step(PREPARE, 0, 1, tx -> HalfVectors.prepare(tx).chain(() -> dimension(tx, modelNo)))
                .chain(dimension -> copy(run, modelNo).chain(() -> build(run, modelNo, dimension)))
                .chain(() -> run.finish(tx -> Uni.createFrom().voidItem()));
    }

    private static Uni<Integer> dimension(SqlConnection tx, int modelNo) {
        return tx.preparedQuery(DIMENSION)
                .execute(Tuple.of(modelNo))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Page after page, which are too many to be nested in one another. */
    private Uni<Void> copy(JobRun run, int modelNo) {
        return Multi.createBy()
                .repeating()
                .uni(
                        Copied::new,
                        copied -> run.step(
                                        COPY, copied.vectors, 0, tx -> HalfVectors.fill(tx, modelNo, copied.last, PAGE))
                                .map(copied::upTo))
                .whilst(more -> more)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** How far the copying has come. */
    private static final class Copied {
        private long last;
        private long vectors;

        /** Whether there may be more to copy. */
        boolean upTo(@Nullable Long number) {
            if (number != null) {
                last = number;
                vectors += PAGE;
            }
            return number != null;
        }
    }

    private Uni<Void> build(JobRun run, int modelNo, int dimension) {
        CompletableFuture<Void> built = new CompletableFuture<>();
        Cancellable building = database.maintenanceSql(
                        connection -> build(connection, run.attempt(), modelNo, dimension))
                .subscribe()
                .with(built::complete, built::completeExceptionally);
        return follow(run, built).onTermination().invoke(building::cancel);
    }

    /** Tells how much is built until all is. A look at the build must not end it, so that each waits for a copy. */
    private Uni<Void> follow(JobRun run, CompletableFuture<Void> built) {
        return Multi.createBy()
                .repeating()
                .uni(() -> run.whileWanted(
                                Uni.combine().any().of(Uni.createFrom().completionStage(built::copy), in(REPORT)))
                        .chain(() -> report(run))
                        .replaceWith(built::isDone))
                .whilst(done -> !done)
                .collect()
                .last()
                .chain(() -> Uni.createFrom().completionStage(built::copy));
    }

    private Uni<Void> report(JobRun run) {
        return database.bulkSql(tx -> tx.query(PROGRESS).execute())
                .map(rows -> rows.iterator().next())
                .chain(row -> run.progress(BUILD, row.getLong("done"), row.getLong("total")));
    }

    private Uni<Void> in(Duration time) {
        return Uni.createFrom().emitter(emitter -> {
            long timer = vertx.setTimer(time.toMillis(), id -> emitter.complete(null));
            emitter.onTermination(() -> vertx.cancelTimer(timer));
        });
    }

    private Uni<Void> build(SqlConnection connection, int attempt, int modelNo, int dimension) {
        String index = HalfVectors.INDEX + modelNo;
        return connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(LOCK_SPACE, modelNo))
                .invoke(rows -> {
                    if (!rows.iterator().next().getBoolean(0)) {
                        throw new RetryLater(BUSY, "An earlier attempt to build this index has not ended yet.");
                    }
                })
                .chain(() -> connection
                        .preparedQuery(SETTINGS)
                        .execute(Tuple.of(
                                config.buildMemory().asLongValue() / KILOBYTE + "kB",
                                // Parallel workers share memory that a container may not have.
                                attempt == 1 ? null : "0")))
                .chain(() -> connection.preparedQuery(BROKEN).execute(Tuple.of(index)))
                .chain(rows -> rows.iterator().next().getBoolean("broken")
                        ? connection
                                .query("drop index concurrently if exists " + index)
                                .execute()
                                .replaceWithVoid()
                        : Uni.createFrom().voidItem())
                .chain(() -> connection
                        .query(HalfVectors.createIndex(modelNo, dimension))
                        .execute())
                .chain(() -> connection.query("analyze chunk_half_vector").execute())
                .replaceWithVoid();
    }
}
