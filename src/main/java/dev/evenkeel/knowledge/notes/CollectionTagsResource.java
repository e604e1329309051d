package dev.evenkeel.knowledge.notes;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The tags of a collection's documents. */
@Path("/api/v1/collections/{id}/tags")
@org.eclipse.microprofile.openapi.annotations.tags.Tag(name = "note graph")
@Authenticated
public class CollectionTagsResource {
    private final NoteService notes;
    private final JsonBodies json;
    private final CurrentCaller caller;

    CollectionTagsResource(NoteService notes, JsonBodies json, CurrentCaller caller) {
        this.notes = notes;
        this.json = json;
        this.caller = caller;
    }

    /** The tags by name, each with the number of its documents. */
    @GET
    public Uni<Page<TagView>> list(
            @PathParam("id") UUID id,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return notes.tags(caller.get(), id, limit, cursor);
    }

    /** The documents with the tag or one below it, as `project/sail` is below `project`; oldest first. */
    @GET
    @Path("/{tag:.+}/documents")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = TaggedPage.class)))
    public Uni<Response> documents(
            @PathParam("id") UUID id,
            @PathParam("tag") @Size(max = 200) String tag,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return notes.tagged(caller.get(), id, tag, limit, cursor)
                .chain(page -> json.write(page, (long) page.items().size() * DocumentLinksResource.LINK_JSON_BYTES));
    }

    /** One page of documents, as the API description shows it. */
    public record TaggedPage(List<NoteRef> items, @Nullable String nextCursor) {}
}
