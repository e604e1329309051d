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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The documents around a document. */
@Path("/api/v1/documents/{id}/neighbours")
@Tag(name = "note graph")
@Authenticated
public class DocumentNeighboursResource {
    private final NoteService notes;
    private final JsonBodies json;
    private final CurrentCaller caller;

    DocumentNeighboursResource(NoteService notes, JsonBodies json, CurrentCaller caller) {
        this.notes = notes;
        this.json = json;
        this.caller = caller;
    }

    /**
     * Documents that are linked with this one, over up to three links in either direction, nearest first. Only `kinds`
     * (wikilink, embed, link, image, import; with commas between) are followed when given; of one document at most 200
     * links each way.
     */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = Neighbourhood.class)))
    public Uni<Response> list(
            @PathParam("id") UUID id,
            @QueryParam("hops") @DefaultValue("1") @Min(1) @Max(NoteService.MAX_HOPS) int hops,
            @QueryParam("kinds") @Size(max = 100) @Nullable String kinds,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return notes.neighbours(caller.get(), id, hops, kinds, limit)
                .chain(found -> json.write(found, (long) found.items().size() * DocumentLinksResource.LINK_JSON_BYTES));
    }
}
