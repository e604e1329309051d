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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The links of a collection that lead nowhere. */
@Path("/api/v1/collections/{id}/broken-links")
@Tag(name = "note graph")
@Authenticated
public class BrokenLinksResource {
    private final NoteService notes;
    private final JsonBodies json;
    private final CurrentCaller caller;

    BrokenLinksResource(NoteService notes, JsonBodies json, CurrentCaller caller) {
        this.notes = notes;
        this.json = json;
        this.caller = caller;
    }

    /**
     * Links to documents or headings that are not there. Left out are links to files of types that are no documents, such
     * as pictures, and imports that may be of a library.
     */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = BrokenLinkPage.class)))
    public Uni<Response> list(
            @PathParam("id") UUID id,
            @QueryParam("kinds") @Size(max = 100) @Nullable String kinds,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return notes.broken(caller.get(), id, kinds, limit, cursor)
                .chain(page -> json.write(page, (long) page.items().size() * DocumentLinksResource.LINK_JSON_BYTES));
    }

    /** One page of broken links, as the API description shows it. */
    public record BrokenLinkPage(
            List<BrokenLinkView> items, @Nullable String nextCursor) {}
}
