package dev.evenkeel.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Permits, the queue before them, and that no permit is ever lost. */
class AdmissionGateTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void admitsAtMostAsManyAsThereArePermits() {
        // Given a gate with two permits
        AdmissionGate gate = gate(2, 8, LONG);
        List<Work> works = works(5);
        // When five ask
        works.forEach(work -> work.enter(gate));
        // Then two run and three wait
        assertThat(works).extracting(Work::started).containsExactly(true, true, false, false, false);
        assertThat(gate.active()).isEqualTo(2);
        assertThat(gate.waiting()).isEqualTo(3);
    }

    @Test
    void servesTheQueueInOrder() {
        // Given one that runs and three that wait
        AdmissionGate gate = gate(1, 8, LONG);
        List<Work> works = works(4);
        works.forEach(work -> work.enter(gate));
        for (int i = 0; i < works.size(); i++) {
            // When the one that runs ends, then the next in line runs
            assertThat(works.get(i).started()).isTrue();
            assertThat(works.subList(i + 1, works.size())).noneMatch(Work::started);
            works.get(i).end("done " + i);
            works.get(i).caller.assertCompleted().assertItem("done " + i);
        }
        assertThat(gate.active()).isZero();
        assertThat(gate.waiting()).isZero();
        assertThat(gate.rejected()).isZero();
    }

    @Test
    void refusesAtOnceWhenTheQueueIsFull() {
        // Given a gate whose permit and place are taken
        AdmissionGate gate = gate(1, 1, LONG);
        works(2).forEach(work -> work.enter(gate));
        // When one more asks
        Work refused = new Work();
        refused.enter(gate);
        // Then it is refused, with the time after which to come again
        ProblemException problem =
                (ProblemException) refused.caller.assertFailed().getFailure();
        assertThat(problem.problem().status()).isEqualTo(503);
        assertThat(problem.problem().detail()).contains("read lane");
        assertThat(problem.retryAfter()).isEqualTo(LONG);
        assertThat(refused.started()).isFalse();
        assertThat(gate.rejected()).isEqualTo(1);
    }

    @Test
    void aQueueOfNoneRefusesWhoeverFindsNoPermit() {
        AdmissionGate gate = gate(1, 0, LONG);
        Work first = new Work();
        Work second = new Work();
        first.enter(gate);
        second.enter(gate);
        second.caller.assertFailedWith(ProblemException.class);
        first.end("done");
        assertThat(gate.active()).isZero();
    }

    @Test
    void refusesAfterTheLongestWait() {
        // Given a gate whose permit is taken for good
        AdmissionGate gate = gate(1, 8, SHORT);
        Work holder = new Work();
        holder.enter(gate);
        // When another waits
        Work waiter = new Work();
        waiter.enter(gate);
        // Then it is refused in time, and its place is free
        waiter.caller.awaitFailure(Duration.ofSeconds(5)).assertFailedWith(ProblemException.class);
        assertThat(waiter.started()).isFalse();
        assertThat(gate.waiting()).isZero();
        assertThat(gate.rejected()).isEqualTo(1);
        // And the holder's permit goes to nobody who has left
        holder.end("done");
        assertThat(waiter.started()).isFalse();
        assertThat(gate.active()).isZero();
    }

    @Test
    void whoIsAdmittedInTimeIsNotRefusedLater() throws InterruptedException {
        // Given one that got the permit while it waited
        AdmissionGate gate = gate(1, 8, Duration.ofSeconds(1));
        Work first = new Work();
        Work second = new Work();
        first.enter(gate);
        second.enter(gate);
        first.end("done");
        assertThat(second.started()).isTrue();
        // When it works for longer than the longest wait
        Thread.sleep(1_500);
        // Then it still ends well
        second.end("late");
        second.caller.assertCompleted().assertItem("late");
        assertThat(gate.rejected()).isZero();
    }

    @Test
    void whoLeavesWhileWaitingGivesUpTheirPlace() {
        // Given three that wait
        AdmissionGate gate = gate(1, 3, LONG);
        List<Work> works = works(4);
        works.forEach(work -> work.enter(gate));
        // When the second of them leaves
        works.get(2).caller.cancel();
        // Then its place is free, and it is passed over
        assertThat(gate.waiting()).isEqualTo(2);
        works.get(0).end("a");
        works.get(1).end("b");
        assertThat(works.get(2).started()).isFalse();
        assertThat(works.get(3).started()).isTrue();
        works.get(3).end("d");
        assertThat(gate.active()).isZero();
        assertThat(gate.rejected()).as("leaving is no refusal").isZero();
    }

    @Test
    void workOfACallerWhoLeftRunsToItsEndAndHoldsItsPermitUntilThen() {
        // Given work that runs
        AdmissionGate gate = gate(1, 8, LONG);
        Work work = new Work();
        Work next = new Work();
        work.enter(gate);
        next.enter(gate);
        // When its caller leaves
        work.caller.cancel();
        // Then the permit is still taken: the connection is
        assertThat(work.cancelled).isFalse();
        assertThat(gate.active()).isEqualTo(1);
        assertThat(next.started()).isFalse();
        // And it is free when the work ends
        work.end("nobody listens");
        assertThat(next.started()).isTrue();
    }

    @Test
    void workThatFailsGivesItsPermitBack() {
        AdmissionGate gate = gate(1, 8, LONG);
        Work work = new Work();
        Work next = new Work();
        work.enter(gate);
        next.enter(gate);
        work.fail(new IllegalStateException("no"));
        work.caller.assertFailedWith(IllegalStateException.class, "no");
        assertThat(next.started()).isTrue();
        next.end("yes");
        assertThat(gate.active()).isZero();
    }

    @Test
    void workThatCannotEvenBeginGivesItsPermitBack() {
        AdmissionGate gate = gate(1, 8, LONG);
        List<Supplier<Uni<String>>> broken = List.of(
                () -> {
                    throw new IllegalStateException("exception");
                },
                () -> {
                    throw new StackOverflowError("error");
                },
                () -> Uni.createFrom().failure(new IllegalStateException("failure")),
                AdmissionGateTest::noUniAtAll);
        for (Supplier<Uni<String>> work : broken) {
            assertThatThrownBy(() -> gate.admit(work).await().atMost(LONG)).isNotNull();
            assertThat(gate.active()).isZero();
        }
        assertThat(gate.admit(() -> Uni.createFrom().item("whole")).await().atMost(LONG))
                .isEqualTo("whole");
    }

    @Test
    void anEmptyResultIsAResult() {
        AdmissionGate gate = gate(1, 8, LONG);
        assertThat(gate.admit(() -> Uni.createFrom().voidItem()).await().atMost(LONG))
                .isNull();
        assertThat(gate.active()).isZero();
    }

    @Test
    void whoWaitedGoesOnInTheirOwnContext() throws Exception {
        // Given a permit that is held from outside of any context
        AdmissionGate gate = gate(1, 8, LONG);
        Work holder = new Work();
        holder.enter(gate);
        // And a caller with a context of its own
        Context context = vertx.getOrCreateContext();
        CompletableFuture<Context> ranOn = new CompletableFuture<>();
        CountDownLatch waiting = new CountDownLatch(1);
        context.runOnContext(ignored -> {
            Cancellable subscription = gate.admit(() -> {
                        ranOn.complete(Vertx.currentContext());
                        return Uni.createFrom().item("done");
                    })
                    .subscribe()
                    .with(item -> {});
            assertThat(subscription).isNotNull();
            waiting.countDown();
        });
        assertThat(waiting.await(5, TimeUnit.SECONDS)).isTrue();
        // When another thread frees the permit
        holder.end("done");
        // Then the work runs on the context of who asked
        assertThat(ranOn.get(5, TimeUnit.SECONDS)).isSameAs(context);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noPermitIsLostWhateverCallersDo(long seed) throws Exception {
        // Given a small gate with short waits, and callers on eight threads
        int permits = 3;
        AdmissionGate gate = gate(permits, 6, Duration.ofMillis(3));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger mostAtOnce = new AtomicInteger();
        ConcurrentLinkedQueue<Runnable> ends = new ConcurrentLinkedQueue<>();
        ExecutorService callers = Executors.newFixedThreadPool(8);
        // When they ask, work, fail, and leave at random
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            Random random = new Random(seed * 31 + caller);
            all.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 300; i++) {
                            boolean fails = random.nextInt(4) == 0;
                            boolean leaves = random.nextInt(3) == 0;
                            Uni<String> admitted =
                                    gate.admit(() -> Uni.createFrom().emitter(emitter -> {
                                        mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
                                        ends.add(() -> {
                                            running.decrementAndGet();
                                            if (fails) {
                                                emitter.fail(new IllegalStateException());
                                            } else {
                                                emitter.complete("done");
                                            }
                                        });
                                    }));
                            Cancellable subscription = admitted.subscribe().with(item -> {}, failure -> {});
                            if (leaves) {
                                subscription.cancel();
                            }
                            Runnable end = random.nextBoolean() ? ends.poll() : null;
                            if (end != null) {
                                end.run();
                            }
                        }
                    },
                    callers));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        for (Runnable end = ends.poll(); end != null || gate.waiting() > 0; end = ends.poll()) {
            if (end != null) {
                end.run();
            }
        }
        callers.shutdown();
        // Then never more ran than may, and every permit is free
        assertThat(mostAtOnce.get()).isBetween(1, permits);
        assertThat(gate.active()).isZero();
        assertThat(gate.waiting()).isZero();
    }

    @SuppressWarnings("NullAway")
    private static Uni<String> noUniAtAll() {
        return null;
    }

    private static AdmissionGate gate(int permits, int queue, Duration maxWait) {
        return new AdmissionGate(Lane.READ, permits, queue, maxWait, vertx);
    }

    private static List<Work> works(int count) {
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            works.add(new Work());
        }
        return works;
    }

    /** Work that begins when it is admitted and ends when the test says so. */
    private static final class Work {
        private final CompletableFuture<UniEmitter<? super String>> begun = new CompletableFuture<>();
        private final UniAssertSubscriber<String> caller = UniAssertSubscriber.create();
        private volatile boolean cancelled;

        void enter(AdmissionGate gate) {
            gate.admit(() -> Uni.createFrom()
                            .<String>emitter(begun::complete)
                            .onCancellation()
                            .invoke(() -> cancelled = true))
                    .subscribe()
                    .withSubscriber(caller);
        }

        boolean started() {
            return begun.isDone();
        }

        void end(String item) {
            begun.join().complete(item);
        }

        void fail(Throwable failure) {
            begun.join().fail(failure);
        }
    }
}
