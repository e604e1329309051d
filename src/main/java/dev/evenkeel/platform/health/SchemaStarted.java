package dev.evenkeel.platform.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started means: the schema is there. */
@Startup
@Singleton
public class SchemaStarted implements AsyncHealthCheck {
    private final DatabaseProbe probe;

    SchemaStarted(DatabaseProbe probe) {
        this.probe = probe;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom()
                .item(HealthCheckResponse.named("schema")
                        .status(probe.migrated())
                        .build());
    }
}
