package dev.evenkeel.knowledge;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A glance at the knowledge base for people and scripts; counts are at most a few seconds old. */
@Path("/health")
@Tag(name = "health")
@PermitAll
public class HealthResource {
    private final HealthService health;

    HealthResource(HealthService health) {
        this.health = health;
    }

    /** What is indexed, and what this process takes of memory. */
    @GET
    public Uni<HealthView> health() {
        return Uni.createFrom().item(health.health());
    }
}
