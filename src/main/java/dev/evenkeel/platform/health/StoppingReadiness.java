package dev.evenkeel.platform.health;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down as soon as the service begins to stop, so that no new requests are sent here while it drains. */
@Readiness
@Singleton
public class StoppingReadiness implements AsyncHealthCheck {
    private volatile boolean stopping;

    void draining(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
    }

    void stopping(@Observes @Priority(1) ShutdownEvent event) {
        stopping = true;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom()
                .item(HealthCheckResponse.named("accepting requests")
                        .status(!stopping)
                        .build());
    }
}
