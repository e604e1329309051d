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
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The links that stand in a document. */
@Path("/api/v1/documents/{id}/links")
@Tag(name = "note graph")
@Authenticated
public class DocumentLinksResource {
    /** A link is at most about this large as JSON. */
    static final int LINK_JSON_BYTES = 1024;

    private final NoteService notes;
    private final JsonBodies json;
    private final CurrentCaller caller;

    DocumentLinksResource(NoteService notes, JsonBodies json, CurrentCaller caller) {
        this.notes = notes;
        this.json = json;
        this.caller = caller;
    }

    /** The links of the document in the order of its text, each with the document that it leads to. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = LinkPage.class)))
    public Uni<Response> list(
            @PathParam("id") UUID id,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return notes.links(caller.get(), id, limit, cursor)
                .chain(page -> json.write(page, (long) page.items().size() * LINK_JSON_BYTES));
    }

    /** One page of links, as the API description shows it. */
    public record LinkPage(List<LinkView> items, @Nullable String nextCursor) {}
}
