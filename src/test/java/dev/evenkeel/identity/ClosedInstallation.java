package dev.evenkeel.identity;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * Nobody registers, one caller may not ask much, no predecessor's API is answered, and hashes of passwords take their time with
 * little patience for those who wait for one.
 */
public final class ClosedInstallation implements QuarkusTestProfile {
    static final int REQUESTS = 5;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "evenkeel.identity.registration", "closed",
                "evenkeel.facade.rag-kb.enabled", "false",
                "evenkeel.http.requests-per-second-and-caller", String.valueOf(REQUESTS),
                "evenkeel.identity.password.memory-kib", "65536",
                "evenkeel.identity.password.iterations", "3",
                "evenkeel.identity.password.threads", "1",
                "evenkeel.identity.password.max-wait", "2s",
                "evenkeel.identity.sign-in.attempts-per-account", "1000");
    }
}
