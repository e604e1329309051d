package dev.evenkeel.identity.usage;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.access.Roles;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How much users use, for administrators. */
@Path("/api/v1/users/{id}/usage")
@Tag(name = "users")
@RolesAllowed(Roles.ADMINISTRATOR)
public class UsageResource {
    private final UsageService usage;
    private final CurrentCaller caller;

    UsageResource(UsageService usage, CurrentCaller caller) {
        this.usage = usage;
        this.caller = caller;
    }

    /** Requests of a user in the last months, by API and by MCP. */
    @GET
    public Uni<UsageView> get(
            @PathParam("id") UUID id, @QueryParam("months") @DefaultValue("6") @Min(1) @Max(24) int months) {
        return usage.usage(id, months, caller.get());
    }
}
