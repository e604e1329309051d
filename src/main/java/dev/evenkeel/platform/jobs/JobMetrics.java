package dev.evenkeel.platform.jobs;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of the queue. */
@ApplicationScoped
class JobMetrics {
    private static final String KIND = "kind";

    private final MeterRegistry registry;
    private final DistributionSummary claimSize;
    private final MultiGauge depth;
    private final MultiGauge oldestAge;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();

    JobMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.claimSize = DistributionSummary.builder("evenkeel.jobs.claim.size")
                .description("Jobs got by one claim, of the claims that got any")
                .register(registry);
        this.depth = MultiGauge.builder("evenkeel.jobs.depth")
                .description("Jobs in the queue by kind and state, at the last sample")
                .register(registry);
        this.oldestAge = MultiGauge.builder("evenkeel.jobs.oldest.age")
                .description("Time that the oldest job that could run has waited, at the last sample")
                .baseUnit("seconds")
                .register(registry);
        registry.gauge("evenkeel.jobs.running", running);
        registry.gauge("evenkeel.jobs.streams", streams);
    }

    void claimed(int jobs) {
        if (jobs > 0) {
            claimSize.record(jobs);
        }
    }

    void running(int jobs) {
        running.set(jobs);
    }

    void streams(int open) {
        streams.set(open);
    }

    void ended(String kind, JobOutcome.Kind outcome, long nanos) {
        Timer.builder("evenkeel.jobs.run")
                .description("Duration of the attempts")
                .tags(KIND, kind, "outcome", outcome.label())
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void sampled(List<KindView> kinds) {
        List<MultiGauge.Row<?>> depths = new ArrayList<>();
        List<MultiGauge.Row<?>> ages = new ArrayList<>();
        for (KindView kind : kinds) {
            depths.add(depth(kind, JobState.QUEUED, kind.queued()));
            depths.add(depth(kind, JobState.RUNNING, kind.running()));
            depths.add(depth(kind, JobState.FAILED, kind.failed()));
            ages.add(MultiGauge.Row.of(Tags.of(KIND, kind.kind()), kind.oldestQueuedAgeS()));
        }
        depth.register(depths, true);
        oldestAge.register(ages, true);
    }

    private static MultiGauge.Row<?> depth(KindView kind, JobState state, long jobs) {
        return MultiGauge.Row.of(Tags.of(KIND, kind.kind(), "state", state.label()), jobs);
    }
}
