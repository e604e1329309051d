package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Idempotency;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Namespaces of memory, and what is done to many entries at once. */
@Path("/api/v1/memory")
@Tag(name = "memory")
@Authenticated
public class MemoryResource {
    private static final int MAX_DEPTH = 16;
    /** The answer for one written entry as JSON, without its key. */
    private static final int WRITTEN_JSON_BYTES = 100;

    private final NamespaceService namespaces;
    private final EntryService entries;
    private final RepeatableWrites repeatable;
    private final MemorySearchService search;
    private final JsonBodies json;
    private final CurrentCaller caller;

    MemoryResource(
            NamespaceService namespaces,
            EntryService entries,
            RepeatableWrites repeatable,
            MemorySearchService search,
            JsonBodies json,
            CurrentCaller caller) {
        this.namespaces = namespaces;
        this.entries = entries;
        this.repeatable = repeatable;
        this.search = search;
        this.json = json;
        this.caller = caller;
    }

    /** The caller's namespaces by name; {@code depth} leaves out names of more segments. */
    @GET
    public Uni<Page<NamespaceView>> list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("depth") @DefaultValue("16") @Min(1) @Max(MAX_DEPTH) int depth,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return namespaces.list(caller.get(), prefix, depth, limit, cursor);
    }

    /** One namespace. */
    @GET
    @Path("/{namespace}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = NamespaceView.class)))
    public Uni<Response> get(@PathParam("namespace") String namespace) {
        return namespaces
                .get(caller.get(), namespace)
                .map(view -> Response.ok(view)
                        .header(HttpHeaders.ETAG, ETags.of(view.version()))
                        .build());
    }

    /** Creates a namespace, or replaces its settings; the first write to it would have created it as well. */
    @PUT
    @Path("/{namespace}")
    @APIResponse(
            responseCode = "200",
            description = "Replaced",
            content = @Content(schema = @Schema(implementation = NamespaceView.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = NamespaceView.class)))
    public Uni<Response> put(
            @PathParam("namespace") String namespace,
            @NotNull @Valid NamespaceSettings settings,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return namespaces
                .put(caller.get(), namespace, settings, ifMatch)
                .map(settled -> Response.status(settled.created() ? Response.Status.CREATED : Response.Status.OK)
                        .entity(settled.view())
                        .header(HttpHeaders.ETAG, ETags.of(settled.view().version()))
                        .build());
    }

    /** Deletes a namespace with all its entries and their history; nothing of it is found from then on. */
    @DELETE
    @Path("/{namespace}")
    public Uni<Void> delete(
            @PathParam("namespace") String namespace, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return namespaces.delete(caller.get(), namespace, ifMatch);
    }

    /** Exact counts and bytes, hits, misses, what expired and what was evicted. */
    @GET
    @Path("/{namespace}/stats")
    public Uni<NamespaceStatistics> statistics(@PathParam("namespace") String namespace) {
        return namespaces.statistics(caller.get(), namespace);
    }

    /** Frees at once what would be swept soon, and evicts what exceeds a quota. */
    @POST
    @Path("/{namespace}/gc")
    public Uni<Batches.Garbage> collectGarbage(@PathParam("namespace") String namespace) {
        return namespaces.collectGarbage(caller.get(), namespace);
    }

    /** Finds entries by text, by vector, by both or by metadata alone; what has expired or is gone is never found. */
    @POST
    @Path("/{namespace}/search")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = MemoryQuery.class)))
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = MemoryResults.class)))
    public Uni<Response> search(@PathParam("namespace") String namespace, byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, MemoryQuery.class)
                .chain(wanted -> search.search(who, namespace, wanted))
                .chain(found -> json.write(found, found.estimatedBytes()));
    }

    /** Stores many entries in one transaction. */
    @POST
    @Path("/{namespace}/batch-store")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Batches.Store.class)))
    @APIResponse(
            responseCode = "200",
            description = "All were stored",
            content = @Content(schema = @Schema(implementation = Batches.Stored.class)))
    public Uni<Response> batchStore(
            @PathParam("namespace") String namespace,
            @HeaderParam(Idempotency.HEADER) @Nullable String key,
            byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, Batches.Store.class).chain(batch -> {
            int items = batch.items().size();
            Uni<?> answer = key == null || body == null
                    ? entries.storeAll(who, namespace, batch.items())
                    : repeatable.once(
                            who,
                            "batch-store " + namespace,
                            key,
                            body,
                            items,
                            tx -> entries.storeAll(tx, who, namespace, batch.items()));
            return answer.chain(
                    done -> json.write(done, (long) items * WRITTEN_JSON_BYTES + (body == null ? 0 : body.length)));
        });
    }

    /** Loads many entries. */
    @POST
    @Path("/{namespace}/batch-load")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Batches.Keys.class)))
    @APIResponse(
            responseCode = "200",
            description = "What was found, and what was not",
            content = @Content(schema = @Schema(implementation = Batches.Loaded.class)))
    public Uni<Response> batchLoad(@PathParam("namespace") String namespace, byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, Batches.Keys.class)
                .chain(batch -> entries.loadAll(who, namespace, batch.keys()))
                .chain(loaded ->
                        json.write(loaded, EntryResource.estimatedBytes(loaded.found()) + keyBytes(loaded.missing())));
    }

    /** Deletes many entries in one transaction. */
    @POST
    @Path("/{namespace}/batch-delete")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Batches.Keys.class)))
    @APIResponse(
            responseCode = "200",
            description = "How many were deleted",
            content = @Content(schema = @Schema(implementation = Batches.Deleted.class)))
    public Uni<Response> batchDelete(@PathParam("namespace") String namespace, byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, Batches.Keys.class)
                .chain(batch -> entries.deleteAll(who, namespace, batch.keys()))
                .chain(deleted -> json.write(deleted, keyBytes(deleted.missing())));
    }

    /** Puts, deletes and checks that happen together, or not at all: then 412 says which entries are not as expected. */
    @POST
    @Path("/{namespace}/batch")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Batches.Transaction.class)))
    @APIResponse(
            responseCode = "200",
            description = "All was done",
            content = @Content(schema = @Schema(implementation = Batches.Done.class)))
    public Uni<Response> transact(
            @PathParam("namespace") String namespace,
            @HeaderParam(Idempotency.HEADER) @Nullable String key,
            byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, Batches.Transaction.class).chain(batch -> {
            int items = batch.operations().size();
            Uni<?> answer = key == null || body == null
                    ? entries.transact(who, namespace, batch.operations())
                    : repeatable.once(
                            who,
                            "batch " + namespace,
                            key,
                            body,
                            items,
                            tx -> entries.transact(tx, who, namespace, batch.operations()));
            return answer.chain(
                    done -> json.write(done, (long) items * WRITTEN_JSON_BYTES + (body == null ? 0 : body.length)));
        });
    }

    private static long keyBytes(List<String> keys) {
        return keys.stream().mapToLong(String::length).sum();
    }
}
