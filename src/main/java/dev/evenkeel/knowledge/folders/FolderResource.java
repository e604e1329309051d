package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.offload.JsonBodies;
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
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Folders on the disk of the service that a collection follows. */
@Path("/api/v1/collections/{id}/folders")
@Tag(name = "folders")
@Authenticated
public class FolderResource {
    private final FolderService folders;
    private final JsonBodies json;
    private final CurrentCaller caller;

    FolderResource(FolderService folders, JsonBodies json, CurrentCaller caller) {
        this.folders = folders;
        this.json = json;
        this.caller = caller;
    }

    /** Binds a folder, below one that the configuration allows; for administrators. */
    @POST
    @APIResponse(
            responseCode = "201",
            description = "Bound; the first scan begins soon",
            content = @Content(schema = @Schema(implementation = FolderView.class)))
    public Uni<Response> bind(@PathParam("id") UUID collectionId, @NotNull @Valid NewFolder folder) {
        return folders.bind(caller.get(), collectionId, folder)
                .map(view -> Response.created(
                                URI.create("/api/v1/collections/" + collectionId + "/folders/" + view.id()))
                        .entity(view)
                        .header(HttpHeaders.ETAG, ETags.of(view.version()))
                        .build());
    }

    /** The folders of the collection, newest first. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = FolderPage.class)))
    public Uni<Response> list(
            @PathParam("id") UUID collectionId,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return folders.list(caller.get(), collectionId, limit, cursor)
                .chain(page -> json.write(
                        page,
                        page.items().stream()
                                .mapToLong(FolderView::estimatedBytes)
                                .sum()));
    }

    /** One folder: its state, counts of files, what the last scan did and when the next is due. */
    @GET
    @Path("/{folderId}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = FolderView.class)))
    public Uni<Response> get(@PathParam("id") UUID collectionId, @PathParam("folderId") UUID id) {
        return folders.get(caller.get(), collectionId, id).map(FolderResource::ok);
    }

    /** The files that are known of it, by path; `state` is `indexed`, `pending`, `failed` or `gone`. */
    @GET
    @Path("/{folderId}/files")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = FilePage.class)))
    public Uni<Response> files(
            @PathParam("id") UUID collectionId,
            @PathParam("folderId") UUID id,
            @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return folders.files(caller.get(), collectionId, id, state, limit, cursor)
                .chain(page -> json.write(
                        page,
                        page.items().stream()
                                .mapToLong(FolderFileView::estimatedBytes)
                                .sum()));
    }

    /** One page of folders, as the API description shows it. */
    public record FolderPage(
            List<FolderView> items, @Nullable String nextCursor) {}

    /** One page of files, as the API description shows it. */
    public record FilePage(
            List<FolderFileView> items, @Nullable String nextCursor) {}

    /** Pauses it, goes on with it, or changes its rules; for administrators. */
    @PATCH
    @Path("/{folderId}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = FolderView.class)))
    public Uni<Response> change(
            @PathParam("id") UUID collectionId,
            @PathParam("folderId") UUID id,
            @NotNull @Valid FolderChange change,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return folders.change(caller.get(), collectionId, id, change, ifMatch).map(FolderResource::ok);
    }

    /** Scans it now. */
    @POST
    @Path("/{folderId}/scan")
    @APIResponse(
            responseCode = "202",
            description = "A scan waits or runs: `scan_job_id`",
            content = @Content(schema = @Schema(implementation = FolderView.class)))
    public Uni<Response> scan(
            @PathParam("id") UUID collectionId, @PathParam("folderId") UUID id, @Valid @Nullable ScanWish wish) {
        return folders.scan(caller.get(), collectionId, id, wish)
                .map(view -> Response.accepted(view).build());
    }

    /** Unbinds it; `documents=remove` removes its documents, too. For administrators. */
    @DELETE
    @Path("/{folderId}")
    public Uni<Void> unbind(
            @PathParam("id") UUID collectionId,
            @PathParam("folderId") UUID id,
            @QueryParam("documents") @DefaultValue("keep") String documents) {
        return folders.unbind(caller.get(), collectionId, id, documents);
    }

    private static Response ok(FolderView view) {
        return Response.ok(view)
                .header(HttpHeaders.ETAG, ETags.of(view.version()))
                .build();
    }
}
