package dev.evenkeel.testing;

import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Several clients at once. */
public final class Concurrently {
    private static final int ATTEMPTS = 40;
    private static final long PAUSE_MS = 100;

    /** A thread for each task; those that Java shares among all are too few on a small machine for tasks that wait for one another. */
    public static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "concurrently");
        thread.setDaemon(true);
        thread.start();
    };

    private Concurrently() {}

    /** Repeats a request that is answered with 503, as a client should; the last answer. */
    public static Response patiently(Supplier<Response> request) {
        Response response = request.get();
        for (int i = 1; i < ATTEMPTS && response.statusCode() == 503; i++) {
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting to try again", e);
            }
            response = request.get();
        }
        return response;
    }

    /** Does the work in as many threads at once, each told its number from 0; the results in that order. */
    public static <T> List<T> all(int clients, IntFunction<T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                tasks.add(() -> work.apply(number));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for clients", e);
        } catch (ExecutionException e) {
            throw new AssertionError("A client failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
