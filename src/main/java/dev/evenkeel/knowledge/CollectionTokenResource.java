package dev.evenkeel.knowledge;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.identity.token.IssuedToken;
import dev.evenkeel.identity.token.NewToken;
import dev.evenkeel.identity.token.TokenView;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
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

/** Tokens by which a collection is shared. */
@Path("/api/v1/collections/{id}/access-tokens")
@Tag(name = "tokens")
@Authenticated
public class CollectionTokenResource {
    private static final String PATH = "/api/v1/collection-access-tokens/";

    private final CollectionTokenService tokens;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    CollectionTokenResource(CollectionTokenService tokens, CurrentCaller caller, CurrentOrigin origin) {
        this.tokens = tokens;
        this.caller = caller;
        this.origin = origin;
    }

    /** Issues a token for the collection; this is the only answer that shows it. */
    @POST
    @APIResponse(
            responseCode = "201",
            description = "Issued",
            content = @Content(schema = @Schema(implementation = IssuedToken.class)))
    public Uni<Response> issue(@PathParam("id") UUID collectionId, @NotNull @Valid NewToken wanted) {
        return tokens.issue(caller.get(), collectionId, wanted, origin.get())
                .map(issued -> secret(Response.Status.CREATED, issued)
                        .header(HttpHeaders.LOCATION, PATH + issued.id())
                        .build());
    }

    /** The collection's tokens that are not revoked, newest first; also those that have run out. */
    @GET
    public Uni<Page<TokenView>> list(
            @PathParam("id") UUID collectionId,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return tokens.list(caller.get(), collectionId, limit, cursor);
    }

    static Response.ResponseBuilder secret(Response.Status status, IssuedToken issued) {
        return Response.status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(issued);
    }
}
