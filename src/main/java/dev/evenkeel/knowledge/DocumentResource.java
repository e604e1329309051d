package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** Documents: their description, their chunks and their bytes. */
@Path("/api/v1/documents")
@Tag(name = "documents")
@Authenticated
public class DocumentResource {
    /** A chunk is about this large as JSON apart from its text. */
    private static final int CHUNK_JSON_BYTES = 512;

    private final DocumentService documents;
    private final JsonBodies json;
    private final CurrentCaller caller;

    DocumentResource(DocumentService documents, JsonBodies json, CurrentCaller caller) {
        this.documents = documents;
        this.json = json;
        this.caller = caller;
    }

    /** Documents, newest first. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = DocumentPage.class)))
    public Uni<Response> list(@BeanParam @Valid ListQuery query) {
        DocumentFilter filter = new DocumentFilter(query.collectionId, query.name, query.type, query.state);
        return documents
                .list(caller.get(), filter, query.limit, query.cursor)
                .chain(page -> json.write(
                        page,
                        page.items().stream()
                                .mapToLong(DocumentView::estimatedBytes)
                                .sum()));
    }

    /** One document. */
    @GET
    @Path("/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = DocumentView.class)))
    public Uni<Response> get(
            @PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        return documents
                .get(caller.get(), id)
                .map(view -> ETags.seen(ifNoneMatch, view.version())
                        ? Response.notModified(ETags.of(view.version()).replace("\"", ""))
                                .build()
                        : withETag(view));
    }

    /** The chunks that searches find, in the document's order. */
    @GET
    @Path("/{id}/chunks")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = ChunkPage.class)))
    public Uni<Response> chunks(
            @PathParam("id") UUID id,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return documents
                .chunks(caller.get(), id, limit, cursor)
                .chain(page -> json.write(
                        page,
                        page.items().stream()
                                .mapToLong(chunk ->
                                        CHUNK_JSON_BYTES + 2L * chunk.content().length())
                                .sum()));
    }

    /** The bytes as they came. */
    @GET
    @Path("/{id}/content")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public RestMulti<Buffer> content(@PathParam("id") UUID id) {
        return RestMulti.fromUniResponse(
                documents.content(caller.get(), id),
                DocumentService.StoredContent::parts,
                // No Content-Length: the answer is sent in chunks, and the two exclude each other.
                content -> Map.of("Content-Disposition", List.of("attachment")));
    }

    /** Changes title, path or metadata. */
    @PATCH
    @Path("/{id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = DocumentView.class)))
    public Uni<Response> change(
            @PathParam("id") UUID id,
            @NotNull @Valid DocumentChange change,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return documents.change(caller.get(), id, change, ifMatch).map(DocumentResource::withETag);
    }

    /** Replaces the text; the old one is found until the new one is. */
    @PUT
    @Path("/{id}/content")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewContent.class)))
    @APIResponse(
            responseCode = "200",
            description = "Replaced and searchable",
            content = @Content(schema = @Schema(implementation = DocumentView.class)))
    @APIResponse(responseCode = "202", description = "Stored; a job will index it")
    public Uni<Response> replace(
            @PathParam("id") UUID id,
            byte @Nullable [] body,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        Caller by = caller.get();
        return json.read(body, NewContent.class)
                .chain(content -> documents.replace(by, id, content, ifMatch))
                .map(replaced -> Response.fromResponse(withETag(replaced.document()))
                        .status(replaced.indexed() ? 200 : 202)
                        .build());
    }

    /** Moves the document to another collection, in which it is found from then on. */
    @POST
    @Path("/{id}/move")
    public Uni<DocumentView> move(@PathParam("id") UUID id, @NotNull @Valid Move move) {
        return documents.move(caller.get(), id, move.collectionId());
    }

    /** Indexes the document again from its bytes. */
    @POST
    @Path("/{id}/reindex")
    @APIResponse(
            responseCode = "202",
            description = "A job will index it",
            content = @Content(schema = @Schema(implementation = DocumentView.class)))
    public Uni<Response> reindex(@PathParam("id") UUID id) {
        return documents
                .reindex(caller.get(), id)
                .map(view -> Response.accepted(view).build());
    }

    /** Deletes the document and everything that was made from it. */
    @DELETE
    @Path("/{id}")
    public Uni<Void> delete(@PathParam("id") UUID id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return documents.delete(caller.get(), id, ifMatch);
    }

    private static Response withETag(DocumentView view) {
        return Response.ok(view)
                .header(HttpHeaders.ETAG, ETags.of(view.version()))
                .build();
    }

    /** Where a document is to go. */
    public record Move(@NotNull UUID collectionId) {}

    /** One page of documents, as the API description shows it. */
    public record DocumentPage(
            List<DocumentView> items, @Nullable String nextCursor) {}

    /** One page of chunks. */
    public record ChunkPage(List<ChunkView> items, @Nullable String nextCursor) {}

    /** Query parameters of the list. */
    public static class ListQuery {
        @QueryParam("collection_id")
        @Nullable UUID collectionId;

        @QueryParam("name")
        @Size(max = 255) @Nullable String name;

        @QueryParam("type")
        @Size(max = 40) @Nullable String type;

        @QueryParam("state")
        @Nullable String state;

        @QueryParam("limit")
        @DefaultValue("50")
        @Min(1) @Max(Page.MAX_LIMIT) int limit;

        @QueryParam("cursor")
        @Nullable String cursor;
    }
}
