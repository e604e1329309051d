package dev.evenkeel.platform.database;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Names of the lanes' meters. */
final class LaneMetrics {
    private static final String LANE = "lane";

    private LaneMetrics() {}

    static Timer timer(MeterRegistry metrics, Lane lane) {
        return Timer.builder("evenkeel.lane.duration")
                .description("Time from asking for a permit to the end of the work")
                .tag(LANE, lane.label())
                .publishPercentileHistogram()
                .register(metrics);
    }

    static void gauges(MeterRegistry metrics, Lane lane, AdmissionGate gate) {
        Gauge.builder("evenkeel.lane.active", gate, AdmissionGate::active)
                .tag(LANE, lane.label())
                .register(metrics);
        Gauge.builder("evenkeel.lane.waiting", gate, AdmissionGate::waiting)
                .tag(LANE, lane.label())
                .register(metrics);
        FunctionCounter.builder("evenkeel.lane.rejected", gate, AdmissionGate::rejected)
                .tag(LANE, lane.label())
                .register(metrics);
    }
}
