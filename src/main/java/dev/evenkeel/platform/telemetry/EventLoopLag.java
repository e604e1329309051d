package dev.evenkeel.platform.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** How late each event loop runs what is due: the first sign of something that blocks. */
@Singleton
public class EventLoopLag {
    private static final long INTERVAL_MS = 50;

    /** Of the buckets that are published: replicas and times can be added up, which quantiles cannot. */
    private static final Duration[] BOUNDS = LongStream.of(
                    100, 250, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 20_000, 50_000, 100_000, 200_000,
                    500_000, 1_000_000, 2_000_000)
            .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
            .toArray(Duration[]::new);

    private final Vertx vertx;
    private final Timer timer;
    private final List<Future<?>> samplers = new ArrayList<>();

    EventLoopLag(Vertx vertx, MeterRegistry metrics) {
        this.vertx = vertx;
        this.timer = Timer.builder("evenkeel.event.loop.lag")
                .description("Delay between the time a task was due on an event loop and the time it ran")
                .serviceLevelObjectives(BOUNDS)
                .register(metrics);
    }

    void start(@Observes StartupEvent event) {
        for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
            Sampler sampler = new Sampler();
            samplers.add(loop.scheduleAtFixedRate(sampler, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        samplers.forEach(sampler -> sampler.cancel(false));
    }

    /** Due times are multiples of the interval after the first run; a run before its time counts as no lag. */
    private final class Sampler implements Runnable {
        private long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);

        @Override
        public void run() {
            timer.record(Math.max(0, System.nanoTime() - dueNanos), TimeUnit.NANOSECONDS);
            dueNanos += TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);
        }
    }
}
