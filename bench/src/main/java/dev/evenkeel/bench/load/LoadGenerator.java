package dev.evenkeel.bench.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends HTTP requests on Vert.x event loops. The open model sends at fixed rates whatever the server does and corrects for
 * coordinated omission; the closed model keeps a number of connections busy and finds the highest throughput.
 */
public final class LoadGenerator implements AutoCloseable {

    private final Vertx vertx;
    private final NetClient client;
    private final Duration timeout;

    /**
     * @param eventLoops threads that send and receive, 1 or more
     * @param timeout time without an answer after which a request counts as failed
     */
    public LoadGenerator(int eventLoops, Duration timeout) {
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops));
        this.client =
                vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setConnectTimeout((int)
                        Math.min(Integer.MAX_VALUE, timeout.toMillis())));
        this.timeout = timeout;
    }

    /** Starts the open model; at most {@code maxConnections} connections for each operation. */
    public LoadRun start(List<Operation> operations, int maxConnections) {
        List<OpenStream> streams = operations.stream()
                .map(operation ->
                        new OpenStream(operation, vertx, context(), client, maxConnections, timeout.toNanos()))
                .toList();
        return new LoadRun(List.copyOf(operations), streams, timeout);
    }

    /** Runs the open model for the given time. */
    public List<OperationResult> run(List<Operation> operations, int maxConnections, Duration duration)
            throws InterruptedException {
        LoadRun run = start(operations, maxConnections);
        Thread.sleep(duration.toMillis());
        return run.finish();
    }

    /** Runs one operation in the closed model: every connection sends its next request when the last one is answered. */
    public OperationResult saturate(Operation operation, int connections, Duration duration)
            throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(operation, client);
        for (int i = 0; i < connections; i++) {
            loop.connect(context());
        }
        Thread.sleep(duration.toMillis());
        return loop.finish(timeout);
    }

    /** Opens a connection for each request, sends all requests at once, and waits for every answer. */
    public List<BurstAnswer> burst(Target target, List<RequestSpec> requests) throws InterruptedException {
        return new Burst(target, client, timeout).run(requests, this::context);
    }

    private ContextInternal context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the load generator could not be closed", e);
        }
    }
}
