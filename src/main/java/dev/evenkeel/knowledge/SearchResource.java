package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Finds chunks by words and by meaning. */
@Path("/api/v1/search")
@Tag(name = "search")
@Authenticated
public class SearchResource {
    /** A result is at most about this large as JSON. */
    private static final int RESULT_JSON_BYTES = 4 * 1024;

    private final SearchService search;
    private final JsonBodies json;
    private final CurrentCaller caller;

    SearchResource(SearchService search, JsonBodies json, CurrentCaller caller) {
        this.search = search;
        this.json = json;
        this.caller = caller;
    }

    /** Searches what is committed at this moment. Any text is a valid query. */
    @POST
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = SearchView.class)))
    public Uni<Response> search(@NotNull @Valid NewSearch wanted) {
        return search.search(caller.get(), wanted)
                .chain(answer -> json.write(answer, (long) answer.results().size() * RESULT_JSON_BYTES));
    }
}
