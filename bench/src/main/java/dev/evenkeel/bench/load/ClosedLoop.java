package dev.evenkeel.bench.load;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** The closed model: a fixed number of connections, each with one request in flight at all times. */
final class ClosedLoop {

    private final Operation operation;
    private final NetClient client;
    private final AtomicLong sent = new AtomicLong();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final long startNanos = System.nanoTime();
    private volatile boolean stopped;

    ClosedLoop(Operation operation, NetClient client) {
        this.operation = operation;
        this.client = client;
    }

    void connect(Context context) {
        Worker worker = new Worker();
        workers.add(worker);
        context.runOnContext(v -> client.connect(
                        operation.target().port(), operation.target().host())
                .onSuccess(socket -> worker.begin(new HttpConnection(socket, () -> {})))
                .onFailure(worker::refused));
    }

    OperationResult finish(Duration timeout) throws InterruptedException {
        stopped = true;
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        try {
            CompletableFuture.allOf(workers.stream().map(w -> w.ended).toArray(CompletableFuture[]::new))
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(operation.name() + ": no answer within " + timeout, e);
        }
        Tally all = new Tally();
        workers.forEach(worker -> all.add(worker.tally));
        return all.result(operation.name(), operation.target().name(), seconds);
    }

    private final class Worker implements HttpConnection.Answer {

        private final Tally tally = new Tally();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile HttpConnection connection;
        private long sentNanos;

        @SuppressWarnings("NullAway.Init") // set by begin(), before the first answer can arrive
        Worker() {}

        private void begin(HttpConnection opened) {
            connection = opened;
            sendNext();
        }

        private void refused(Throwable cause) {
            tally.failed(cause, 0);
            ended.complete(null);
        }

        private void sendNext() {
            if (stopped) {
                ended.complete(null);
                connection.abort(new IllegalStateException("done"));
                return;
            }
            sentNanos = System.nanoTime();
            connection.send(
                    Buffer.buffer(
                            operation.requests().apply(sent.getAndIncrement()).bytes()),
                    this);
        }

        @Override
        public void response(int status, long bodyBytes) {
            tally.answered(status, System.nanoTime() - sentNanos);
            if (connection.isOpen()) {
                sendNext();
            } else {
                ended.complete(null);
            }
        }

        @Override
        public void failure(Throwable cause) {
            tally.failed(cause, System.nanoTime() - sentNanos);
            ended.complete(null);
        }
    }
}
