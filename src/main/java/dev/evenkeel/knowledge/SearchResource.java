package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds chunks by words and by meaning. */
@Path("/api/v1/search")
@Tag(name = "search")
@Authenticated
public class SearchResource {
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
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewSearch.class)))
    @Operation(
            summary = "Search documents",
            description =
                    "Searches what is committed at this moment, by words (BM25), by meaning (cosine of embeddings) or"
                            + " both. Any text is a valid query; words in double quotes must stand together.\n\n"
                            + "Scales: `score` orders the results. In mode `hybrid` it runs from 0 to 1 and says how high a result"
                            + " stands in the two rankings (1: first in both; with `fusion.method` `min_max`: the weighted mean of"
                            + " both scores, stretched from the weakest hit to the best). In mode `keyword` it is `keyword_score`, from"
                            + " 0 to 1: BM25 as a share of what a text could have at most for this query, where a text of average"
                            + " length that has each word once has about 0.45. In mode `vector` it is `vector_score`: the cosine,"
                            + " from -1 to 1; which values are close depends on the model. Where collections have different models"
                            + " in mode `vector`, or `decompose` took the question apart, `score` is fused by rank, from 0 to 1."
                            + " `min_score` applies to `score`, and where that is fused so, to the scores before;"
                            + " `min_keyword_score` and `min_vector_score` to these, and with both of them a result that reaches one"
                            + " of them stays.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = SearchView.class)))
    public Uni<Response> search(byte @Nullable [] body) {
        Caller by = caller.get();
        return json.read(body, NewSearch.class)
                .chain(wanted -> search.search(by, wanted))
                .chain(answer -> json.write(answer, answer.estimatedBytes()));
    }
}
