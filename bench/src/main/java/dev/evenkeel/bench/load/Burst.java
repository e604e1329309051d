package dev.evenkeel.bench.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Requests that all leave at once, each on a connection of its own that was opened before; latency counts from that moment.
 */
final class Burst {

    private record Connected(HttpConnection connection, ContextInternal context) {}

    private final Target target;
    private final NetClient client;
    private final Duration timeout;
    private final List<BurstAnswer> answers = Collections.synchronizedList(new ArrayList<>());

    Burst(Target target, NetClient client, Duration timeout) {
        this.target = target;
        this.client = client;
        this.timeout = timeout;
    }

    List<BurstAnswer> run(List<RequestSpec> requests, Supplier<ContextInternal> contexts) throws InterruptedException {
        List<CompletableFuture<Connected>> connections =
                requests.stream().map(request -> connect(contexts.get())).toList();
        await(connections);
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        long startNanos = System.nanoTime();
        for (int i = 0; i < requests.size(); i++) {
            ends.add(exchange(connections.get(i).join(), requests.get(i), startNanos));
        }
        await(ends);
        connections.forEach(each -> close(each.join()));
        return List.copyOf(answers);
    }

    private CompletableFuture<Connected> connect(ContextInternal context) {
        CompletableFuture<Connected> connected = new CompletableFuture<>();
        context.runOnContext(v -> client.connect(target.port(), target.host())
                .onSuccess(socket -> connected.complete(new Connected(new HttpConnection(socket, () -> {}), context)))
                .onFailure(connected::completeExceptionally));
        return connected;
    }

    private CompletableFuture<Void> exchange(Connected connected, RequestSpec request, long startNanos) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        connected.context.runOnContext(v ->
                connected.connection.send(Buffer.buffer(request.bytes()), new HttpConnection.Answer() {
                    @Override
                    public void response(int status, long bodyBytes) {
                        ended(status);
                    }

                    @Override
                    public void failure(Throwable cause) {
                        ended(0);
                    }

                    private void ended(int status) {
                        answers.add(new BurstAnswer(status, (System.nanoTime() - startNanos) / 1e6));
                        end.complete(null);
                    }
                }));
        return end;
    }

    private static void close(Connected connected) {
        connected.context.runOnContext(v -> connected.connection.abort(new IllegalStateException("done")));
    }

    private void await(List<? extends CompletableFuture<?>> futures) throws InterruptedException {
        try {
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("not all were connected and answered within " + timeout, e);
        }
    }
}
