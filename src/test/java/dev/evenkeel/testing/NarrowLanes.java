package dev.evenkeel.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** Lanes that fill up quickly, limits that end soon, and a configured database that a test may stop. */
public final class NarrowLanes implements QuarkusTestProfile {
    public static final int PERMITS = 3;
    public static final int QUEUE = 4;
    public static final int STATEMENT_TIMEOUT_MS = 6_000;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                // Its counts would take a place in the lanes now and then.
                Map.entry(
                        "quarkus.arc.exclude-types",
                        "io.quarkus.smallrye.health.runtime.ShutdownReadinessCheck,"
                                + "io.quarkus.smallrye.jwt.runtime.auth.JWTAuthMechanism,"
                                + "io.quarkus.smallrye.jwt.runtime.auth.MpJwtValidator,"
                                + "dev.evenkeel.knowledge.HealthResource,dev.evenkeel.knowledge.HealthService"),
                Map.entry("evenkeel.database.read.permits", String.valueOf(PERMITS)),
                Map.entry("evenkeel.database.read.queue", String.valueOf(QUEUE)),
                Map.entry("evenkeel.database.read.max-wait", "10s"),
                Map.entry("evenkeel.database.read.statement-timeout", STATEMENT_TIMEOUT_MS + "ms"),
                Map.entry("evenkeel.database.write.permits", String.valueOf(PERMITS)),
                Map.entry("evenkeel.database.write.queue", String.valueOf(QUEUE)),
                Map.entry("evenkeel.database.write.max-wait", "10s"),
                Map.entry("evenkeel.database.write.statement-timeout", STATEMENT_TIMEOUT_MS + "ms"),
                Map.entry("evenkeel.database.lock-timeout", "10s"),
                Map.entry("evenkeel.jobs.sample-interval", "1h"),
                Map.entry("evenkeel.database.probe.interval", "100ms"),
                Map.entry("evenkeel.database.probe.unreachable-after", "3s"));
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(OwnDatabase.class));
    }
}
