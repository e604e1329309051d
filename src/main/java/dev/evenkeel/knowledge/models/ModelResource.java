package dev.evenkeel.knowledge.models;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.access.Roles;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
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
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Embedding models, which collections choose from. */
@Path("/api/v1/embedding-models")
@Tag(name = "embedding models")
@Authenticated
public class ModelResource {
    private static final String PATH = "/api/v1/embedding-models/";

    private final ModelService models;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    ModelResource(ModelService models, CurrentCaller caller, CurrentOrigin origin) {
        this.models = models;
        this.caller = caller;
        this.origin = origin;
    }

    /** Makes a model. */
    @POST
    @RolesAllowed(Roles.ADMINISTRATOR)
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = ModelView.class)))
    public Uni<Response> create(@NotNull @Valid NewModel model) {
        return models.create(caller.get(), model, origin.get())
                .map(view -> Response.status(Response.Status.CREATED)
                        .header(HttpHeaders.LOCATION, PATH + view.name())
                        .entity(view)
                        .build());
    }

    /** All models by name, the default one and {@code none} included. */
    @GET
    public Uni<Page<ModelView>> list(
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return models.list(caller.get(), limit, cursor);
    }

    /** One model. */
    @GET
    @Path("/{name}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = ModelView.class)))
    public Uni<Response> get(@PathParam("name") String name) {
        return models.get(caller.get(), name).map(ModelResource::answer);
    }

    /** Changes what the vectors of a model do not depend on. */
    @PATCH
    @Path("/{name}")
    @RolesAllowed(Roles.ADMINISTRATOR)
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = ModelView.class)))
    public Uni<Response> change(
            @PathParam("name") String name,
            @NotNull @Valid ModelChange change,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return models.change(caller.get(), name, change, ifMatch, origin.get()).map(ModelResource::answer);
    }

    /** Deletes a model that no collection has. */
    @DELETE
    @Path("/{name}")
    @RolesAllowed(Roles.ADMINISTRATOR)
    public Uni<Void> delete(
            @PathParam("name") String name, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return models.delete(caller.get(), name, ifMatch, origin.get());
    }

    private static Response answer(ModelView view) {
        Response.ResponseBuilder answer = Response.ok(view);
        ModelView.Detail detail = view.detail();
        return (detail == null ? answer : answer.header(HttpHeaders.ETAG, ETags.of(detail.version()))).build();
    }
}
