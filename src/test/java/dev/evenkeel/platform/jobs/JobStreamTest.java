package dev.evenkeel.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobStreamTest {
    private static final JobAudience ANYBODY = new JobAudience(
            "me",
            new JobFilter(Reach.EVERYTHING, null, null, null),
            () -> Uni.createFrom().item(Caller.installation("me")));

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final JobStream stream = new JobStream(ANYBODY, 5, context, () -> closed.set(true));
    private final Reader reader = new Reader();

    @AfterEach
    void stop() {
        vertx.close();
    }

    /** A client that takes events when the test says so. */
    private static final class Reader implements Flow.Subscriber<JobEvent> {
        private final List<String> seen = new ArrayList<>();
        private Flow.@Nullable Subscription subscription;
        private volatile boolean completed;

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
        }

        @Override
        public void onNext(JobEvent event) {
            seen.add(event.name() == null ? "comment" : event.name() + event.data());
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            completed = true;
        }
    }

    private List<String> take(int events) throws InterruptedException {
        Objects.requireNonNull(reader.subscription).request(events);
        settle();
        List<String> taken = List.copyOf(reader.seen);
        reader.seen.clear();
        return taken;
    }

    private void settle() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.runOnContext(ignored -> done.countDown());
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private static List<JobEvent> events(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> JobEvent.job(String.valueOf(i)))
                .toList();
    }

    @Test
    void eventsComeInOrderAndOnlyWhenAskedFor() throws InterruptedException {
        // Given
        stream.subscribe(reader);
        stream.begin(events(1, 2));
        stream.offer(events(3, 3));
        settle();

        // Then
        assertThat(reader.seen).isEmpty();
        assertThat(take(2)).containsExactly("comment", "job1");
        assertThat(take(10)).containsExactly("job2", "job3");
    }

    @Test
    void aSlowClientLosesItsEventsForOneResync() throws InterruptedException {
        // Given
        stream.subscribe(reader);
        stream.begin(List.of());
        take(1);

        // When
        stream.offer(events(1, 5));
        stream.offer(events(6, 6));
        stream.offer(events(7, 7));

        // Then
        assertThat(take(10)).containsExactly("resync{}", "job7");
    }

    @Test
    void liveEventsWaitForTheMissedOnes() throws InterruptedException {
        // Given
        stream.subscribe(reader);
        stream.offer(events(3, 4));
        assertThat(take(10)).containsExactly("comment");

        // When
        stream.begin(events(1, 2));

        // Then
        assertThat(take(10)).containsExactly("job1", "job2", "job3", "job4");
    }

    @Test
    void aClientThatLeavesGetsNothingAndFreesItsPlace() throws InterruptedException {
        // Given
        stream.subscribe(reader);

        // When
        Objects.requireNonNull(reader.subscription).cancel();
        stream.begin(events(1, 2));

        // Then
        assertThat(take(10)).isEmpty();
        assertThat(closed).isTrue();
    }

    @Test
    void aStreamThatIsCompletedEnds() throws InterruptedException {
        // Given
        stream.subscribe(reader);

        // When
        stream.complete();
        settle();

        // Then
        assertThat(reader.completed).isTrue();
        assertThat(closed).isTrue();
    }
}
