package dev.evenkeel.platform.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.Wellness;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** For tests: says on which thread asynchronous checks are called. */
@Wellness
@Singleton
public class ThreadWitness implements AsyncHealthCheck {
    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom()
                .item(HealthCheckResponse.named("thread")
                        .withData("name", Thread.currentThread().getName())
                        .up()
                        .build());
    }
}
