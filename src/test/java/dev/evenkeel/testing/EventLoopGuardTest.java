package dev.evenkeel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The guard of the event loops sees an event loop that is really blocked. */
@QuarkusTest
class EventLoopGuardTest {
    private static final long LONGER_THAN_ALLOWED_MS = 4_000;

    @Inject
    Vertx vertx;

    @Test
    void aBlockedEventLoopFailsTheTest() throws InterruptedException {
        // Given an event loop that sleeps for longer than it may
        CountDownLatch awake = new CountDownLatch(1);
        vertx.getOrCreateContext().runOnContext(ignored -> {
            try {
                Thread.sleep(LONGER_THAN_ALLOWED_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            awake.countDown();
        });
        assertThat(awake.await(20, TimeUnit.SECONDS)).isTrue();
        // When the guard looks, then it fails the test and names the code that blocked
        assertThatThrownBy(EventLoopGuard::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("vert.x-eventloop-thread")
                .hasMessageContaining("has been blocked");
        // And it blames nobody twice
        assertThatCode(EventLoopGuard::check).doesNotThrowAnyException();
    }

    @Test
    void aBusyWorkerIsNoBlockedEventLoop() throws Exception {
        // Given a worker thread that sleeps just as long
        vertx.executeBlocking(() -> {
                    Thread.sleep(LONGER_THAN_ALLOWED_MS);
                    return true;
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        // Then nothing was noticed
        assertThat(BlockedEventLoops.drain()).isEmpty();
    }

    @Test
    void everyQuarkusTestIsGuarded() {
        for (Class<?> callback : List.of(
                io.quarkus.test.junit.callback.QuarkusTestBeforeClassCallback.class,
                io.quarkus.test.junit.callback.QuarkusTestAfterEachCallback.class,
                io.quarkus.test.junit.callback.QuarkusTestAfterAllCallback.class)) {
            assertThat(ServiceLoader.load(callback)).anyMatch(EventLoopGuard.class::isInstance);
        }
    }
}
