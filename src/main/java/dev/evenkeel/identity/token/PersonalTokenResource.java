package dev.evenkeel.identity.token;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
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

/** Tokens for one's own programs; for people who have signed in. */
@Path("/api/v1/personal-access-tokens")
@Tag(name = "tokens")
@Authenticated
public class PersonalTokenResource {
    private static final String PATH = "/api/v1/personal-access-tokens/";

    private final PersonalTokenService tokens;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    PersonalTokenResource(PersonalTokenService tokens, CurrentCaller caller, CurrentOrigin origin) {
        this.tokens = tokens;
        this.caller = caller;
        this.origin = origin;
    }

    /** Issues a token; this is the only answer that shows it. */
    @POST
    @APIResponse(
            responseCode = "201",
            description = "Issued",
            content = @Content(schema = @Schema(implementation = IssuedToken.class)))
    public Uni<Response> issue(@NotNull @Valid NewToken wanted) {
        return tokens.issue(wanted, caller.get(), origin.get())
                .map(issued -> secret(Response.Status.CREATED, issued)
                        .header(HttpHeaders.LOCATION, PATH + issued.id())
                        .build());
    }

    /** Tokens that are not revoked, newest first; also those that have run out. */
    @GET
    public Uni<Page<TokenView>> list(
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return tokens.list(caller.get(), limit, cursor);
    }

    /** One token. */
    @GET
    @Path("/{id}")
    public Uni<TokenView> get(@PathParam("id") UUID id) {
        return tokens.get(id, caller.get());
    }

    /** Changes a token's label or end. */
    @PATCH
    @Path("/{id}")
    public Uni<TokenView> change(@PathParam("id") UUID id, @NotNull @Valid TokenChange change) {
        return tokens.change(id, change, caller.get(), origin.get());
    }

    /** Gives the token a new secret; the old one is refused from then on. */
    @POST
    @Path("/{id}/rotate")
    @APIResponse(
            responseCode = "200",
            description = "Rotated",
            content = @Content(schema = @Schema(implementation = IssuedToken.class)))
    public Uni<Response> rotate(@PathParam("id") UUID id, @Valid @Nullable TokenChange change) {
        return tokens.rotate(id, change == null ? TokenChange.NONE : change, caller.get(), origin.get())
                .map(issued -> secret(Response.Status.OK, issued).build());
    }

    /** Revokes the token; it is refused from then on. */
    @DELETE
    @Path("/{id}")
    public Uni<Void> revoke(@PathParam("id") UUID id) {
        return tokens.revoke(id, caller.get(), origin.get());
    }

    private static Response.ResponseBuilder secret(Response.Status status, IssuedToken issued) {
        return Response.status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(issued);
    }
}
