package dev.evenkeel.bench.load;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * The requests of one operation in the open model. All state belongs to one event loop. A request whose time has come
 * takes an idle connection, opens a new one, or waits; its latency counts from the time it was due.
 */
final class OpenStream {

    private static final long SWEEP_MILLIS = 100;

    private record Due(Buffer request, long dueNanos) {}

    private record InFlight(long dueNanos, long sentNanos) {}

    private final Operation operation;
    private final Context context;
    private final NetClient client;
    private final int maxConnections;
    private final long timeoutNanos;
    private final Tally tally = new Tally();
    private final Deque<HttpConnection> idle = new ArrayDeque<>();
    private final Map<HttpConnection, InFlight> inFlight = new HashMap<>();
    private final Deque<Due> waiting = new ArrayDeque<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final Vertx vertx;
    private final long sweeper;
    private int connections;
    private long sent;
    private boolean ending;

    OpenStream(
            Operation operation,
            Vertx vertx,
            Context context,
            NetClient client,
            int maxConnections,
            long timeoutNanos) {
        this.operation = operation;
        this.vertx = vertx;
        this.context = context;
        this.client = client;
        this.maxConnections = maxConnections;
        this.timeoutNanos = timeoutNanos;
        this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, t -> context.runOnContext(v -> sweep()));
    }

    /** From any thread: a request is due at the given {@link System#nanoTime()}. */
    void fire(long dueNanos) {
        context.runOnContext(v -> {
            Due due = new Due(Buffer.buffer(operation.requests().apply(sent++).bytes()), dueNanos);
            HttpConnection connection = idle.pollFirst();
            if (connection != null) {
                send(connection, due);
            } else {
                waiting.addLast(due);
                openWhenAllowed();
            }
        });
    }

    /** From any thread: completes when every request sent so far has ended. */
    CompletableFuture<Void> end() {
        context.runOnContext(v -> {
            ending = true;
            completeWhenDrained();
        });
        return drained;
    }

    Tally tally() {
        return tally;
    }

    private void openWhenAllowed() {
        if (connections >= maxConnections) {
            return;
        }
        connections++;
        client.connect(operation.target().port(), operation.target().host())
                .onSuccess(socket -> context.runOnContext(v -> next(new HttpConnection(socket, () -> connections--))))
                .onFailure(cause -> context.runOnContext(v -> refused(cause)));
    }

    private void refused(Throwable cause) {
        connections--;
        Due due = waiting.pollFirst();
        if (due != null) {
            tally.failed(cause, System.nanoTime() - due.dueNanos);
        }
        completeWhenDrained();
    }

    private void next(HttpConnection connection) {
        Due due = waiting.pollFirst();
        if (due != null) {
            send(connection, due);
        } else {
            idle.addFirst(connection);
        }
    }

    private void send(HttpConnection connection, Due due) {
        if (!connection.isOpen()) {
            waiting.addFirst(due);
            openWhenAllowed();
            return;
        }
        inFlight.put(connection, new InFlight(due.dueNanos, System.nanoTime()));
        connection.send(due.request, new HttpConnection.Answer() {
            @Override
            public void response(int status, long bodyBytes) {
                inFlight.remove(connection);
                tally.answered(status, System.nanoTime() - due.dueNanos);
                ended(connection);
            }

            @Override
            public void failure(Throwable cause) {
                inFlight.remove(connection);
                tally.failed(cause, System.nanoTime() - due.dueNanos);
                ended(connection);
            }
        });
    }

    private void ended(HttpConnection connection) {
        if (connection.isOpen()) {
            next(connection);
        } else if (!waiting.isEmpty()) {
            openWhenAllowed();
        }
        completeWhenDrained();
    }

    /** Fails what has waited longer than the timeout; idle connections that the server closed are dropped. */
    private void sweep() {
        long now = System.nanoTime();
        idle.removeIf(connection -> !connection.isOpen());
        Map.copyOf(inFlight).forEach((connection, request) -> {
            if (now - request.sentNanos > timeoutNanos) {
                connection.abort(new TimeoutException("no answer in time"));
            }
        });
        while (!waiting.isEmpty() && now - waiting.getFirst().dueNanos > timeoutNanos) {
            tally.failed(new TimeoutException("no connection in time"), now - waiting.removeFirst().dueNanos);
        }
        if (!waiting.isEmpty()) {
            openWhenAllowed();
        }
        completeWhenDrained();
    }

    private void completeWhenDrained() {
        if (ending && waiting.isEmpty() && inFlight.isEmpty() && !drained.isDone()) {
            vertx.cancelTimer(sweeper);
            idle.forEach(connection -> connection.abort(new IllegalStateException("done")));
            drained.complete(null);
        }
    }
}
