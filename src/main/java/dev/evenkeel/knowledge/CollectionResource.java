package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Idempotency;
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

/** Collections: what documents are kept in and searched by. */
@Path("/api/v1/collections")
@Tag(name = "collections")
@Authenticated
public class CollectionResource {
    private final CollectionService collections;
    private final CurrentCaller caller;

    CollectionResource(CollectionService collections, CurrentCaller caller) {
        this.collections = collections;
        this.caller = caller;
    }

    /** Creates a collection. */
    @POST
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = CollectionView.class)))
    public Uni<Response> create(
            @NotNull @Valid NewCollection collection,
            @HeaderParam(Idempotency.HEADER) @Nullable String idempotencyKey) {
        return collections.create(caller.get(), collection, idempotencyKey).map(Answers::of);
    }

    /** All collections, newest first. */
    @GET
    public Uni<Page<CollectionView>> list(
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return collections.list(caller.get(), limit, cursor);
    }

    /** One collection. */
    @GET
    @Path("/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = CollectionView.class)))
    public Uni<Response> get(@PathParam("id") UUID id) {
        return collections
                .get(caller.get(), id)
                .map(view -> Response.ok(view)
                        .header(HttpHeaders.ETAG, ETags.of(view.version()))
                        .build());
    }

    /** Changes a collection's name or description. */
    @PATCH
    @Path("/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = CollectionView.class)))
    public Uni<Response> change(
            @PathParam("id") UUID id,
            @NotNull @Valid CollectionChange change,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return collections
                .change(caller.get(), id, change, ifMatch)
                .map(view -> Response.ok(view)
                        .header(HttpHeaders.ETAG, ETags.of(view.version()))
                        .build());
    }

    /** Deletes a collection with all its documents; nothing of it is found from then on. */
    @DELETE
    @Path("/{id}")
    public Uni<Void> delete(@PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return collections.delete(caller.get(), id, ifMatch);
    }

    /** Makes the vectors that passages lack, and those that would be other ones now; a job does it. */
    @POST
    @Path("/{id}/reembed")
    @APIResponse(
            responseCode = "202",
            description = "Queued",
            content = @Content(schema = @Schema(implementation = QueuedJob.class)))
    public Uni<Response> reembed(@PathParam("id") UUID id) {
        return collections
                .reembed(caller.get(), id)
                .map(jobId -> Response.accepted(new QueuedJob(jobId)).build());
    }

    /** Counts of documents by state and type, chunks, tokens and bytes. */
    @GET
    @Path("/{id}/statistics")
    public Uni<CollectionStatistics> statistics(@PathParam("id") UUID id) {
        return collections.statistics(caller.get(), id);
    }
}
