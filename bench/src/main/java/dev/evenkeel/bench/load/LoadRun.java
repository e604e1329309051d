package dev.evenkeel.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Load that is running; {@link #finish} ends it and gives the results. */
public final class LoadRun {

    private final List<Operation> operations;
    private final List<OpenStream> streams;
    private final Duration drain;
    private final Pacer pacer;
    private final Thread thread;
    private final long startNanos = System.nanoTime();

    LoadRun(List<Operation> operations, List<OpenStream> streams, Duration drain) {
        this.operations = operations;
        this.streams = streams;
        this.drain = drain;
        this.pacer = new Pacer(streams, operations);
        this.thread = new Thread(pacer, "pacer");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
    }

    /** Seconds since the first request was due. */
    public double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** Sends no more, waits for the answers still due (at most the request timeout), and counts. */
    public List<OperationResult> finish() throws InterruptedException {
        pacer.stop();
        thread.join();
        double seconds = seconds();
        List<CompletableFuture<Void>> ends =
                streams.stream().map(OpenStream::end).toList();
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .get(drain.toMillis() + 5000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the load generator did not come to its end", e);
        }
        List<OperationResult> results = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            Operation operation = operations.get(i);
            results.add(streams.get(i)
                    .tally()
                    .result(operation.name(), operation.target().name(), seconds));
        }
        return results;
    }
}
