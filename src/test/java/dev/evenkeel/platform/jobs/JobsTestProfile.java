package dev.evenkeel.platform.jobs;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A queue in a hurry: short leases and waits. */
public class JobsTestProfile implements QuarkusTestProfile {
    static final String TOKEN = "a-token-for-the-tests-of-jobs-0123456789";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "evenkeel.access.bootstrap-token", TOKEN,
                "evenkeel.jobs.concurrency", "4",
                "evenkeel.jobs.lease", "2s",
                "evenkeel.jobs.poll-interval", "200ms",
                "evenkeel.jobs.retry-base", "40ms",
                "evenkeel.jobs.retry-cap", "200ms",
                "evenkeel.jobs.max-lost-leases", "3",
                "evenkeel.jobs.sample-interval", "300ms",
                "evenkeel.jobs.events.streams-per-principal", "3",
                "evenkeel.jobs.events.buffer", "64");
    }
}
