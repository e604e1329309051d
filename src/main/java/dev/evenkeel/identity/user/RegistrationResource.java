package dev.evenkeel.identity.user;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.Caller;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Making an account of one's own. */
@Path("/api/v1/auth/register")
@Tag(name = "auth")
@PermitAll
public class RegistrationResource {
    private final AccountCreation accounts;
    private final SecurityIdentity identity;
    private final CurrentOrigin origin;

    RegistrationResource(AccountCreation accounts, SecurityIdentity identity, CurrentOrigin origin) {
        this.accounts = accounts;
        this.identity = identity;
        this.origin = origin;
    }

    /** Makes an account; the first of all is an administrator's. Where registration is closed, administrators may. */
    @POST
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = UserView.class)))
    public Uni<Response> register(@NotNull @Valid NewUser wanted) {
        Caller caller = identity.isAnonymous() ? null : (Caller) identity.getPrincipal();
        return accounts.register(wanted, caller, origin.get()).map(RegistrationResource::created);
    }

    private static Response created(UserView user) {
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/v1/users/me")
                .entity(user)
                .build();
    }
}
