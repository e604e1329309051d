package dev.evenkeel.bench.memory;

import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.Tally;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The service's statement for a put, from a bare client of the database in the open model: what the insert costs where there is no
 * service. Latency counts from the moment at which a statement was due.
 */
final class BareEntries implements AutoCloseable {

    // The service's own statement.
    private static final String PUT = """
            with space as (
                select * from memory_namespace
                where owner_id = $1 and name = $2 and deleted_at is null and plain)
            , put as (
                insert into memory_entry as e (namespace_no, key, value, size_bytes, version, ttl_s, sliding, created_at,
                    updated_at, accessed_at, expires_at)
                select s.namespace_no, g.key, g.value, g.size_bytes, nextval('memory_version'),
                    nullif(coalesce(g.ttl_s, s.default_ttl_s), 0), coalesce(g.sliding, s.sliding),
                    statement_timestamp(), statement_timestamp(), statement_timestamp(),
                    statement_timestamp() + nullif(coalesce(g.ttl_s, s.default_ttl_s), 0) * interval '1 second'
                from space s, unnest($4::text[], $5::text[], $6::int[], $7::bigint[], $8::boolean[])
                    as g(key, value, size_bytes, ttl_s, sliding)
                where s.max_value_bytes is null or s.max_value_bytes >= $9
                order by g.key collate "C"
                on conflict (namespace_no, key) do update set
                    value = excluded.value, size_bytes = excluded.size_bytes,
                    replaced_bytes = case when e.chunk_no is not null then memory_not_plain()
                        when e.expires_at <= excluded.updated_at then -e.size_bytes else e.size_bytes end,
                    version = nextval('memory_version'), ttl_s = excluded.ttl_s, sliding = excluded.sliding,
                    created_at = case when e.expires_at <= excluded.updated_at then excluded.created_at else e.created_at end,
                    updated_at = excluded.updated_at, accessed_at = excluded.accessed_at, expires_at = excluded.expires_at
                returning key, version, size_bytes, replaced_bytes, expires_at)
            , counted as (
                update memory_counter c set entries = c.entries + d.entries, bytes = c.bytes + d.bytes
                from (select count(*) filter (where replaced_bytes is null) as entries,
                             coalesce(sum(size_bytes - coalesce(abs(replaced_bytes), 0)), 0)::bigint as bytes from put) d
                where c.namespace_no = (select namespace_no from space) and c.slot = $3)
            , noted as (
                insert into memory_usage as u (namespace_no, expired)
                select namespace_no, expired from space, (select count(*) as expired from put where replaced_bytes < 0) d
                where d.expired > 0
                on conflict (namespace_no) do update set expired = u.expired + excluded.expired)
            select key, version, coalesce(replaced_bytes, -1) < 0 as created, expires_at from put""";

    private static final int SLOTS = 16;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final Pool pool;
    private final UUID owner;
    private final String namespace;
    private final String[] keys;
    private final String value;

    /**
     * @param connections as many as the service may use for its writes
     * @param keys that are written in turn
     */
    BareEntries(int port, int connections, UUID owner, String namespace, String[] keys, String value) {
        this.pool = PgBuilder.pool()
                .using(vertx)
                .connectingTo(PgConnectOptions.fromUri("postgresql://postgres@127.0.0.1:" + port + "/postgres")
                        .setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(connections).setMaxWaitQueueSize(-1))
                .build();
        this.owner = owner;
        this.namespace = namespace;
        this.keys = keys;
        this.value = value;
    }

    /** Puts at a fixed rate for the given time. */
    OperationResult run(double perSecond, Duration duration) throws Exception {
        Tally tally = new Tally();
        AtomicLong open = new AtomicLong();
        long period = Math.round(1e9 / perSecond);
        long start = System.nanoTime();
        long due = start;
        for (long number = 0; due - start < duration.toNanos(); number++) {
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            open.incrementAndGet();
            put(number, due, tally, open);
            due += period;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (open.get() > 0 && System.nanoTime() < limit) {
            Thread.sleep(5);
        }
        CompletableFuture<OperationResult> result = new CompletableFuture<>();
        context.runOnContext(v -> result.complete(tally.result("put", "bare client", seconds)));
        return result.get(10, TimeUnit.SECONDS);
    }

    private void put(long number, long due, Tally tally, AtomicLong open) {
        String key = keys[(int) (number % keys.length)];
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        context.runOnContext(v -> pool.preparedQuery(PUT)
                .execute(Tuple.from(new Object[] {
                    owner,
                    namespace,
                    (short) (number % SLOTS),
                    new String[] {key},
                    new String[] {value},
                    new Integer[] {bytes + key.length()},
                    new @Nullable Long[] {null},
                    new @Nullable Boolean[] {null},
                    bytes
                }))
                .onComplete(done -> {
                    if (done.succeeded() && done.result().size() == 1) {
                        tally.answered(200, System.nanoTime() - due);
                    } else {
                        tally.failed(
                                done.failed() ? done.cause() : new IllegalStateException("nothing was written"),
                                System.nanoTime() - due);
                    }
                    open.decrementAndGet();
                }));
    }

    @Override
    public void close() throws Exception {
        pool.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
