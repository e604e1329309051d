package dev.evenkeel.knowledge.quarantine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** The meters of the quarantine. */
@ApplicationScoped
class QuarantineMetrics {
    private final MeterRegistry registry;

    QuarantineMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void held(String rule) {
        counter("held", "Contents that were put into quarantine", rule).increment();
    }

    void restored(String rule) {
        counter("restored", "Contents that were restored from quarantine", rule).increment();
    }

    void purged(int items) {
        Counter.builder("evenkeel.knowledge.quarantine.purged")
                .description("Contents that were purged from quarantine")
                .register(registry)
                .increment(items);
    }

    private Counter counter(String what, String description, String rule) {
        return Counter.builder("evenkeel.knowledge.quarantine." + what)
                .description(description)
                .tag("rule", rule)
                .register(registry);
    }
}
