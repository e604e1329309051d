package dev.evenkeel.platform.database;

import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks values up by key: all who ask while their lane is busy share the next query.
 *
 * <p>A query answers only those who asked before it was sent, so what was committed before a question is seen by its answer,
 * as if each had a query of its own; nothing is cached. In an idle lane a question is sent at once.
 *
 * @param <K> key, equal by value
 * @param <V> what is found
 */
public final class BatchedLookup<K, V> {
    private final AdmissionGate gate;
    private final Function<Set<K>, Uni<Map<K, V>>> query;
    private @Nullable List<Question<K, V>> open;

    BatchedLookup(AdmissionGate gate, Function<Set<K>, Uni<Map<K, V>>> query) {
        this.gate = gate;
        this.query = query;
    }

    /**
     * The value of this key, if there is one; completes on the context of the caller.
     *
     * @throws ProblemException (as failure) 503 when too many ask, or after the longest wait of the lane
     */
    public Uni<Optional<V>> find(K key) {
        return Uni.createFrom().emitter(emitter -> ask(new Question<>(key, emitter, Vertx.currentContext())));
    }

    private void ask(Question<K, V> question) {
        List<Question<K, V>> batch;
        boolean first;
        boolean refused;
        synchronized (this) {
            first = open == null;
            batch = open == null ? new ArrayList<>() : open;
            open = batch;
            refused = !first && batch.size() >= gate.queueLimit();
            if (!refused) {
                batch.add(question);
            }
        }
        if (refused) {
            question.fail(gate.overloaded());
        } else if (first) {
            send(batch);
        }
    }

    /** Others join the batch until the lane admits its query. */
    private void send(List<Question<K, V>> batch) {
        gate.admit(() -> {
                    close(batch);
                    return query.apply(batch.stream().map(Question::key).collect(Collectors.toSet()));
                })
                .subscribe()
                .with(found -> batch.forEach(question -> question.answer(found)), failure -> {
                    close(batch);
                    batch.forEach(question -> question.fail(failure));
                });
    }

    private synchronized void close(List<Question<K, V>> batch) {
        if (open == batch) {
            open = null;
        }
    }

    private record Question<K, V>(
            K key,
            UniEmitter<? super Optional<V>> emitter,
            @Nullable Context context) {
        void answer(Map<K, V> found) {
            onContext(() -> emitter.complete(Optional.ofNullable(found.get(key))));
        }

        void fail(Throwable failure) {
            onContext(() -> emitter.fail(failure));
        }

        private void onContext(Runnable task) {
            if (context == null || context == Vertx.currentContext()) {
                task.run();
            } else {
                context.runOnContext(ignored -> task.run());
            }
        }
    }
}
