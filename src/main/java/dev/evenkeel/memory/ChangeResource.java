package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** The changes of a namespace that keeps a history. */
@Path("/api/v1/memory/{namespace}/changes")
@Tag(name = "memory")
@Authenticated
public class ChangeResource {
    private final NamespaceService namespaces;
    private final ChangeStreams streams;
    private final JsonBodies json;
    private final CurrentCaller caller;

    ChangeResource(NamespaceService namespaces, ChangeStreams streams, JsonBodies json, CurrentCaller caller) {
        this.namespaces = namespaces;
        this.streams = streams;
        this.json = json;
        this.caller = caller;
    }

    /** Changes after a number, in the order in which they were committed. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = Batches.Changes.class)))
    public Uni<Response> list(
            @PathParam("namespace") String namespace,
            @QueryParam("after") @DefaultValue("0") @Min(0) long after,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return namespaces
                .changes(caller.get(), namespace, after, limit)
                .chain(changes -> json.write(
                        changes,
                        changes.items().stream()
                                .mapToLong(EntryResource::estimatedBytes)
                                .sum()));
    }

    /**
     * Changes as they happen, as server-sent events named {@code change} whose id is the change's number. Last-Event-ID, or
     * else the parameter {@code after}, says where to go on; without them the stream begins now.
     */
    @GET
    @Path("/events")
    // As server-sent events of the framework the answer would be on its way before it is known whether there is a
    // stream.
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @APIResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = ChangeView.class)))
    public RestMulti<Buffer> events(
            @PathParam("namespace") String namespace,
            @QueryParam("after") @Nullable Long after,
            @HeaderParam("Last-Event-ID") @Nullable String lastEventId) {
        Caller listener = caller.get();
        return RestMulti.fromUniResponse(
                streams.open(listener, caller.recheck(), namespace, from(after, lastEventId)),
                events -> events,
                events -> Map.of(
                        HttpHeaders.CONTENT_TYPE,
                        List.of(MediaType.SERVER_SENT_EVENTS),
                        // Proxies would hold events back.
                        "X-Accel-Buffering",
                        List.of("no")));
    }

    private static @Nullable Long from(@Nullable Long after, @Nullable String lastEventId) {
        if (lastEventId == null) {
            return after;
        }
        try {
            return Long.valueOf(lastEventId);
        } catch (NumberFormatException notOurs) {
            throw ProblemException.invalid("Last-Event-ID", "must be the number of a change");
        }
    }
}
