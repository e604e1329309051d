package dev.evenkeel.identity.user;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.access.Roles;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** All accounts, for administrators. */
@Path("/api/v1/users")
@Tag(name = "users")
@RolesAllowed(Roles.ADMINISTRATOR)
public class UserResource {
    private final UserService users;
    private final AccountCreation accounts;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    UserResource(UserService users, AccountCreation accounts, CurrentCaller caller, CurrentOrigin origin) {
        this.users = users;
        this.accounts = accounts;
        this.caller = caller;
        this.origin = origin;
    }

    /** Makes an account. */
    @POST
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = UserView.class)))
    public Uni<Response> create(@NotNull @Valid NewAccount wanted) {
        return accounts.create(wanted, caller.get(), origin.get())
                .map(user -> Response.status(Response.Status.CREATED)
                        .header(HttpHeaders.LOCATION, "/api/v1/users/" + user.id())
                        .header(HttpHeaders.ETAG, ETags.of(user.version()))
                        .entity(user)
                        .build());
    }

    /** Accounts, newest first; those with the query in the username or e-mail address, if there is one. */
    @GET
    public Uni<Page<UserView>> list(
            @QueryParam("query") @Size(min = 1, max = 254) @Nullable String query,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return users.list(query, limit, cursor, caller.get());
    }

    /** One account, with counts of its sessions and tokens. */
    @GET
    @Path("/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = UserDetail.class)))
    public Uni<Response> get(@PathParam("id") UUID id) {
        return users.detail(id, caller.get())
                .map(detail -> Response.ok(detail)
                        .header(HttpHeaders.ETAG, ETags.of(detail.version()))
                        .build());
    }

    /** Changes an account; a new password and a deactivation end its sessions. */
    @PATCH
    @Path("/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = UserView.class)))
    public Uni<Response> change(
            @PathParam("id") UUID id,
            @NotNull @Valid UserChange change,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return users.change(id, change, ifMatch, caller.get(), origin.get()).map(AccountResource::withETag);
    }

    /** Deletes an account with everything that belongs to it. */
    @DELETE
    @Path("/{id}")
    public Uni<Void> delete(@PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return users.delete(id, ifMatch, caller.get(), origin.get());
    }
}
