package dev.evenkeel.knowledge.facade;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The root and the questions of rag-kb. */
@Path("/")
@Authenticated
public class RagKbResource {
    /** A result is at most about this large as JSON. */
    private static final int RESULT_JSON_BYTES = 4 * 1024;

    private final RagKbSearch search;
    private final JsonBodies json;
    private final CurrentCaller caller;

    RagKbResource(RagKbSearch search, JsonBodies json, CurrentCaller caller) {
        this.search = search;
        this.json = json;
        this.caller = caller;
    }

    /** What the root says of itself. */
    public record Root(String message, String docs, String health) {}

    /** Where things are. */
    @GET
    @Operation(hidden = true)
    public Uni<Root> root() {
        return Uni.createFrom().item(new Root("RAG Knowledge Base API", "/q/openapi", "/health"));
    }

    /** Asks the knowledge base. */
    @POST
    @Path("/query")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Uni<Response> query(byte @Nullable [] body) {
        Caller by = caller.get();
        return json.read(body, RagKbQuestion.class)
                .chain(question -> search.ask(by, question.text(), question.limit(), question.threshold()))
                .chain(answer -> json.write(answer, (long) answer.results().size() * RESULT_JSON_BYTES));
    }
}
