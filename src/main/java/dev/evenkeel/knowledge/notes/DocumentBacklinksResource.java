package dev.evenkeel.knowledge.notes;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The links that lead to a document. */
@Path("/api/v1/documents/{id}/backlinks")
@Tag(name = "note graph")
@Authenticated
public class DocumentBacklinksResource {
    private final NoteService notes;
    private final JsonBodies json;
    private final CurrentCaller caller;

    DocumentBacklinksResource(NoteService notes, JsonBodies json, CurrentCaller caller) {
        this.notes = notes;
        this.json = json;
        this.caller = caller;
    }

    /** The links that lead here, each with the document in which it stands, oldest first. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = DocumentLinksResource.LinkPage.class)))
    public Uni<Response> list(
            @PathParam("id") UUID id,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return notes.backlinks(caller.get(), id, limit, cursor)
                .chain(page -> json.write(page, (long) page.items().size() * DocumentLinksResource.LINK_JSON_BYTES));
    }
}
