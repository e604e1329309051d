package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Collections of vectors in a namespace, for embeddings that a client computes itself. */
@Path("/api/v1/memory/{namespace}/vectors")
@Tag(name = "memory")
@Authenticated
public class VectorResource {
    private static final int RESULT_JSON_BYTES = 512;
    private static final int NUMBER_JSON_BYTES = 14;

    private final VectorService vectors;
    private final JsonBodies json;
    private final CurrentCaller caller;

    VectorResource(VectorService vectors, JsonBodies json, CurrentCaller caller) {
        this.vectors = vectors;
        this.json = json;
        this.caller = caller;
    }

    /** The collections of a namespace by name; there are never many. */
    @GET
    public Uni<List<VectorRequests.View>> list(@PathParam("namespace") String namespace) {
        return vectors.list(caller.get(), namespace);
    }

    /** One collection, and how many vectors it has. */
    @GET
    @Path("/{collection}")
    public Uni<VectorRequests.View> get(
            @PathParam("namespace") String namespace, @PathParam("collection") String collection) {
        return vectors.get(caller.get(), namespace, collection);
    }

    /** Makes a collection; its dimension and metric stay as they are. */
    @PUT
    @Path("/{collection}")
    @APIResponse(
            responseCode = "200",
            description = "There was one of the same dimension and metric",
            content = @Content(schema = @Schema(implementation = VectorRequests.View.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = VectorRequests.View.class)))
    public Uni<Response> put(
            @PathParam("namespace") String namespace,
            @PathParam("collection") String collection,
            @NotNull @Valid VectorRequests.Settings settings) {
        return vectors.put(caller.get(), namespace, collection, settings)
                .map(settled -> Response.status(settled.created() ? Response.Status.CREATED : Response.Status.OK)
                        .entity(settled.view())
                        .build());
    }

    /** Deletes a collection with its vectors. */
    @DELETE
    @Path("/{collection}")
    public Uni<Void> delete(@PathParam("namespace") String namespace, @PathParam("collection") String collection) {
        return vectors.delete(caller.get(), namespace, collection);
    }

    /** Stores vectors in one transaction; those of the same ids are replaced. */
    @POST
    @Path("/{collection}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = VectorRequests.Upsert.class)))
    public Uni<VectorRequests.Stored> upsert(
            @PathParam("namespace") String namespace,
            @PathParam("collection") String collection,
            byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, VectorRequests.Upsert.class)
                .chain(batch -> vectors.upsert(who, namespace, collection, batch.items()));
    }

    /** The nearest vectors, among those that meet a filter. */
    @POST
    @Path("/{collection}/search")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = VectorRequests.Search.class)))
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = VectorRequests.Results.class)))
    public Uni<Response> search(
            @PathParam("namespace") String namespace,
            @PathParam("collection") String collection,
            byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, VectorRequests.Search.class)
                .chain(wanted -> vectors.search(who, namespace, collection, wanted))
                .chain(found -> json.write(found, (long) found.results().size() * RESULT_JSON_BYTES));
    }

    /** One vector. */
    @GET
    @Path("/{collection}/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = VectorRequests.Item.class)))
    public Uni<Response> getItem(
            @PathParam("namespace") String namespace,
            @PathParam("collection") String collection,
            @PathParam("id") String id) {
        return vectors.getItem(caller.get(), namespace, collection, id)
                .chain(item -> json.write(item, (long) item.vector().length * NUMBER_JSON_BYTES));
    }

    /** Deletes a vector. */
    @DELETE
    @Path("/{collection}/{id}")
    public Uni<Void> deleteItem(
            @PathParam("namespace") String namespace,
            @PathParam("collection") String collection,
            @PathParam("id") String id) {
        return vectors.deleteItem(caller.get(), namespace, collection, id);
    }
}
