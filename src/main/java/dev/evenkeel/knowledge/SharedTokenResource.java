package dev.evenkeel.knowledge;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.identity.token.IssuedToken;
import dev.evenkeel.identity.token.TokenChange;
import dev.evenkeel.identity.token.TokenView;
import dev.evenkeel.platform.access.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** A token by which a collection is shared. */
@Path("/api/v1/collection-access-tokens/{id}")
@Tag(name = "tokens")
@Authenticated
public class SharedTokenResource {
    private final CollectionTokenService tokens;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    SharedTokenResource(CollectionTokenService tokens, CurrentCaller caller, CurrentOrigin origin) {
        this.tokens = tokens;
        this.caller = caller;
        this.origin = origin;
    }

    /** One token. */
    @GET
    public Uni<TokenView> get(@PathParam("id") UUID id) {
        return tokens.get(caller.get(), id);
    }

    /** Gives the token a new secret; the old one is refused from then on. */
    @POST
    @Path("/rotate")
    @APIResponse(
            responseCode = "200",
            description = "Rotated",
            content = @Content(schema = @Schema(implementation = IssuedToken.class)))
    public Uni<Response> rotate(@PathParam("id") UUID id, @Valid @Nullable TokenChange change) {
        return tokens.rotate(caller.get(), id, change == null ? TokenChange.NONE : change, origin.get())
                .map(issued -> CollectionTokenResource.secret(Response.Status.OK, issued)
                        .build());
    }

    /** Revokes the token; it is refused from then on. */
    @DELETE
    public Uni<Void> revoke(@PathParam("id") UUID id) {
        return tokens.revoke(caller.get(), id, origin.get());
    }
}
