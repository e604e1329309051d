package dev.evenkeel.knowledge.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int TURNS = 100_000;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    @Test
    void manyTurnsNeedNoMoreStackThanOne() {
        for (Executor executor : new Executor[] {Runnable::run, thread}) {
            // Given
            AtomicInteger turns = new AtomicInteger();

            // When
            Turns.whileMore(() -> Uni.createFrom()
                            .voidItem()
                            .emitOn(executor)
                            .map(ignored -> turns.incrementAndGet() < TURNS))
                    .await()
                    .atMost(LONG);

            // Then
            assertThat(turns.get()).isEqualTo(TURNS);
        }
    }

    @Test
    void whatATurnHasReadIsForgottenBeforeTheLast() {
        // Given
        int last = 20;
        AtomicInteger turns = new AtomicInteger();
        List<WeakReference<byte[]>> read = new CopyOnWriteArrayList<>();
        AtomicInteger forgotten = new AtomicInteger();

        // When each turn goes on with what it has read
        Turns.whileMore(() -> Uni.createFrom()
                        .item(new byte[1_000])
                        .emitOn(thread)
                        .invoke(page -> read.add(new WeakReference<>(page)))
                        .chain(page -> Uni.createFrom()
                                .item(page.length)
                                .emitOn(thread)
                                .invoke(() -> assertThat(page).hasSize(1_000)))
                        .map(ignored -> {
                            int turn = turns.incrementAndGet();
                            if (turn >= last - 2) {
                                System.gc();
                                forgotten.addAndGet(read.get(0).get() == null ? 1 : 0);
                            }
                            return turn < last;
                        }))
                .await()
                .atMost(LONG);

        // Then
        assertThat(forgotten.get()).isPositive();
    }

    @Test
    void aTurnThatFailsIsTheLast() {
        // Given
        AtomicInteger turns = new AtomicInteger();

        // When, then
        assertThatThrownBy(() -> Turns.whileMore(() -> turns.incrementAndGet() == 3
                                ? Uni.createFrom().failure(new IllegalStateException("the third"))
                                : Uni.createFrom().item(true))
                        .await()
                        .atMost(LONG))
                .hasMessage("the third");
        assertThat(turns.get()).isEqualTo(3);
    }
}
