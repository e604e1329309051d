package dev.evenkeel.identity;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Nobody registers, one caller may not ask much, and no predecessor's API is answered. */
public final class ClosedInstallation implements QuarkusTestProfile {
    static final int REQUESTS = 5;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "evenkeel.identity.registration",
                "closed",
                "evenkeel.facade.rag-kb.enabled",
                "false",
                "evenkeel.http.requests-per-second-and-caller",
                String.valueOf(REQUESTS));
    }
}
