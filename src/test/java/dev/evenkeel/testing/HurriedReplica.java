package dev.evenkeel.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A queue in a hurry, with short leases and waits; and a lane for credentials that fills up and gives up quickly. */
public final class HurriedReplica implements QuarkusTestProfile {
    public static final int CREDENTIAL_CONNECTIONS = 2;
    public static final int CREDENTIAL_QUEUE = 5;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("evenkeel.jobs.concurrency", "4"),
                Map.entry("evenkeel.jobs.lease", "6s"),
                Map.entry("evenkeel.jobs.poll-interval", "200ms"),
                Map.entry("evenkeel.jobs.retry-base", "40ms"),
                Map.entry("evenkeel.jobs.retry-cap", "200ms"),
                Map.entry("evenkeel.jobs.max-lost-leases", "3"),
                Map.entry("evenkeel.jobs.sample-interval", "300ms"),
                Map.entry("evenkeel.jobs.events.streams-per-principal", "3"),
                Map.entry("evenkeel.jobs.events.buffer", "64"),
                Map.entry("evenkeel.database.authentication.connections", String.valueOf(CREDENTIAL_CONNECTIONS)),
                Map.entry("evenkeel.database.authentication.queue", String.valueOf(CREDENTIAL_QUEUE)),
                Map.entry("evenkeel.database.authentication.max-wait", "2s"),
                Map.entry("evenkeel.database.authentication.statement-timeout", "3s"));
    }
}
