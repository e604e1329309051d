package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
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

/** Content that a safety rule refused, until somebody restores or purges it or its time is over. */
@Path("/api/v1/quarantine")
@Tag(name = "quarantine")
@Authenticated
public class QuarantineResource {
    /** An item is at most about this large as JSON. */
    private static final int ITEM_JSON_BYTES = 3 * 1024;

    private final QuarantineService quarantine;
    private final JsonBodies json;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    QuarantineResource(QuarantineService quarantine, JsonBodies json, CurrentCaller caller, CurrentOrigin origin) {
        this.quarantine = quarantine;
        this.json = json;
        this.caller = caller;
        this.origin = origin;
    }

    /** What is in quarantine, newest first. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = QuarantinePage.class)))
    public Uni<Response> list(
            @QueryParam("collection_id") @Nullable UUID collectionId,
            @QueryParam("rule") @Nullable String rule,
            @QueryParam("severity") @Nullable String severity,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return quarantine
                .list(caller.get(), new QuarantineFilter(collectionId, rule, severity), limit, cursor)
                .chain(page -> json.write(page, (long) page.items().size() * ITEM_JSON_BYTES));
    }

    /** One item: which rule refused it, what was found, and what to do. */
    @GET
    @Path("/{id}")
    public Uni<QuarantineItemView> get(@PathParam("id") UUID id) {
        return quarantine.get(caller.get(), id);
    }

    /** Indexes the content without the rule that refused it; for the owner of the collection and administrators. */
    @POST
    @Path("/{id}/restore")
    @APIResponse(
            responseCode = "202",
            description = "A job will index it, or another rule holds it now",
            content = @Content(schema = @Schema(implementation = Restoration.class)))
    public Uni<Response> restore(@PathParam("id") UUID id) {
        return quarantine
                .restore(caller.get(), id, origin.get())
                .map(done -> Response.accepted(done).build());
    }

    /** Removes the content for good; the document stays on record as rejected. */
    @DELETE
    @Path("/{id}")
    public Uni<Void> purge(@PathParam("id") UUID id) {
        return quarantine.purge(caller.get(), id, origin.get());
    }

    /** Removes all content for good that is old enough. */
    @POST
    @Path("/purge")
    public Uni<Purged> purgeAll(@NotNull @Valid PurgeOrder order) {
        return quarantine.purge(caller.get(), order, origin.get());
    }

    /** One page of the quarantine, as the API description shows it. */
    public record QuarantinePage(
            List<QuarantineItemView> items, @Nullable String nextCursor) {}
}
