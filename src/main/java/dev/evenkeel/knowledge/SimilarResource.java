package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds what resembles a document. */
@Path("/api/v1/documents/{id}/similar")
@Tag(name = "search")
@Authenticated
public class SimilarResource {
    private final SimilarService similar;
    private final JsonBodies json;
    private final CurrentCaller caller;

    SimilarResource(SimilarService similar, JsonBodies json, CurrentCaller caller) {
        this.similar = similar;
        this.json = json;
        this.caller = caller;
    }

    /**
     * Documents like this one, with their best chunks, or chunks like one of its chunks: by meaning when there are vectors, else
     * by its most telling words. Neither the document nor the chunk finds itself. Filters are those of a search.
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewSimilar.class)))
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = SearchView.class)))
    public Uni<Response> similar(@PathParam("id") UUID id, byte @Nullable [] body) {
        Caller by = caller.get();
        return json.read(body, NewSimilar.class)
                .chain(wanted -> similar.similar(by, id, wanted))
                .chain(answer -> json.write(answer, answer.estimatedBytes()));
    }
}
