package dev.evenkeel.platform.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OffloadTest {
    private final Offload offload = new Offload(new OneThreadEach(), new SimpleMeterRegistry());

    @AfterEach
    void stop() {
        offload.stop(new ShutdownEvent());
    }

    @Test
    void workThatNobodyWaitsForEndsWhereItAsks() throws Exception {
        // Given work that would never end
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Cancellable waiting = offload.bulk(() -> {
                    begun.countDown();
                    return endless(end);
                })
                .subscribe()
                .with(ignored -> {});
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        // When
        waiting.cancel();
        // Then it ends, and its thread does the next work undisturbed
        assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(interruptedNow()).isFalse();
    }

    @Test
    void workIsBegunThoughNobodyWaitsForItAnyMore() throws Exception {
        // Given a worker that is busy, and work that waits for it
        CountDownLatch free = new CountDownLatch(1);
        var busy = offload.bulk(() -> free.await(30, TimeUnit.SECONDS)).subscribeAsCompletionStage();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        Cancellable waiting = offload.bulk(
                        () -> told.complete(Thread.currentThread().isInterrupted()))
                .subscribe()
                .with(ignored -> {});
        // When
        waiting.cancel();
        free.countDown();
        // Then what cleans up is done, and what asks is told
        assertThat(told.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(busy.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(interruptedNow()).isFalse();
    }

    private boolean interruptedNow() {
        return offload.bulk(() -> Thread.currentThread().isInterrupted())
                .await()
                .indefinitely();
    }

    private static int endless(CompletableFuture<Throwable> end) {
        try {
            while (true) {
                Interruption.check();
                Thread.onSpinWait();
            }
        } catch (CancellationException e) {
            end.complete(e);
            throw e;
        }
    }

    private static final class OneThreadEach implements OffloadConfig {
        @Override
        public int interactiveWorkers() {
            return 1;
        }

        @Override
        public int interactiveQueue() {
            return 1;
        }

        @Override
        public int bulkWorkers() {
            return 1;
        }
    }
}
