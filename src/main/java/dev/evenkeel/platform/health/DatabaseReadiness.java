package dev.evenkeel.platform.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down when the database has been silent for too long or lacks the schema of this build; never because it is slow. */
@Readiness
@Singleton
public class DatabaseReadiness implements AsyncHealthCheck {
    private final DatabaseProbe probe;

    DatabaseReadiness(DatabaseProbe probe) {
        this.probe = probe;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        boolean reachable = probe.reachable();
        return Uni.createFrom()
                .item(HealthCheckResponse.named("database")
                        .withData("reachable", reachable)
                        .withData("migrated", probe.migrated())
                        .status(reachable && probe.migrated())
                        .build());
    }
}
