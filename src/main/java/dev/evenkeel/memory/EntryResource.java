package dev.evenkeel.memory;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Entries of a namespace. A slash in the name of a namespace, or in a key, is written {@code %2F}. */
@Path("/api/v1/memory/{namespace}/entries")
@Tag(name = "memory")
@Authenticated
public class EntryResource {
    private static final int MAX_LIMIT = 1_000;
    /** An entry without its value is at most about this large as JSON. */
    private static final int ENTRY_JSON_BYTES = 400;

    private final EntryService entries;
    private final NamespaceService namespaces;
    private final JsonBodies json;
    private final CurrentCaller caller;

    EntryResource(EntryService entries, NamespaceService namespaces, JsonBodies json, CurrentCaller caller) {
        this.entries = entries;
        this.namespaces = namespaces;
        this.json = json;
        this.caller = caller;
    }

    /** Keys by prefix or glob, in the order of their bytes; with their values when asked for. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = EntryPage.class)))
    public Uni<Response> list(
            @PathParam("namespace") String namespace,
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("glob") @Nullable String glob,
            @QueryParam("values") @DefaultValue("false") boolean values,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return entries.list(caller.get(), namespace, new EntryService.Selection(prefix, glob, values), limit, cursor)
                .chain(page -> json.write(page, estimatedBytes(page.items())));
    }

    /** Stores an entry that can be searched for; without a key it gets a new one. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = RichEntry.class)))
    @APIResponse(
            responseCode = "200",
            description = "Overwritten",
            content = @Content(schema = @Schema(implementation = WrittenEntry.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = WrittenEntry.class)))
    public Uni<Response> create(
            @PathParam("namespace") String namespace, @Context UriInfo uri, byte @Nullable [] body) {
        Caller who = caller.get();
        return json.read(body, RichEntry.class)
                .chain(entry -> entries.create(who, namespace, entry))
                .map(written -> Response.status(written.created() ? Response.Status.CREATED : Response.Status.OK)
                        .entity(written)
                        .location(uri.getBaseUriBuilder()
                                .path(EntryResource.class)
                                .path("{key}")
                                .build(new Object[] {namespace, written.key()}, true))
                        .tag(String.valueOf(written.version()))
                        .build());
    }

    /** Deletes all entries whose key begins with a prefix; every entry needs {@code all=true}. */
    @DELETE
    public Uni<Batches.Cleared> clear(
            @PathParam("namespace") String namespace,
            @QueryParam("prefix") @Nullable String prefix,
            @QueryParam("all") @DefaultValue("false") boolean all) {
        String beginning = prefix == null ? "" : prefix;
        if (beginning.isEmpty() != all) {
            throw ProblemException.invalid("all", "must be true to delete every entry, and goes without a prefix");
        }
        return entries.clear(caller.get(), namespace, beginning);
    }

    /** Stores any JSON value; {@code If-Match} and {@code If-None-Match: *} make it a compare-and-set. */
    @PUT
    @Path("/{key}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = JsonText.class)))
    @APIResponse(
            responseCode = "200",
            description = "Overwritten",
            content = @Content(schema = @Schema(implementation = WrittenEntry.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = WrittenEntry.class)))
    public Uni<Response> put(
            @PathParam("namespace") String namespace,
            @PathParam("key") String key,
            @QueryParam("ttl_s") @Nullable Long ttlS,
            @QueryParam("sliding") @Nullable Boolean sliding,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            byte @Nullable [] body) {
        Caller who = caller.get();
        Expectation expectation = Expectation.of(ifMatch, ifNoneMatch);
        return json.read(body, JsonText.class)
                .chain(value -> entries.put(who, namespace, NewEntry.plain(key, value, ttlS, sliding), expectation))
                .map(written -> Response.status(written.created() ? Response.Status.CREATED : Response.Status.OK)
                        .entity(written)
                        .tag(String.valueOf(written.version()))
                        .build());
    }

    /** The value, with version and times in headers; with {@code as_of} what it was at that time. */
    @GET
    @Path("/{key}")
    @APIResponse(
            responseCode = "200",
            description = "The value",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = JsonText.class)))
    public Uni<Response> get(
            @PathParam("namespace") String namespace,
            @PathParam("key") String key,
            @QueryParam("as_of") @Nullable String asOf,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        if (asOf != null) {
            return namespaces
                    .asOf(caller.get(), namespace, key, time(asOf))
                    .map(change -> Response.ok(change.value())
                            .type(MediaType.APPLICATION_JSON_TYPE)
                            .tag(String.valueOf(change.version()))
                            .lastModified(Date.from(change.validFrom()))
                            .build());
        }
        return entries.get(caller.get(), namespace, key)
                .map(entry -> ETags.seen(ifNoneMatch, entry.version())
                        ? Response.notModified(String.valueOf(entry.version())).build()
                        : described(Response.ok(entry.value()), entry));
    }

    /** Whether there is such an entry; reads nothing, so it renews no time to live. */
    @HEAD
    @Path("/{key}")
    public Uni<Response> head(@PathParam("namespace") String namespace, @PathParam("key") String key) {
        return entries.peek(caller.get(), namespace, key).map(entry -> described(Response.ok(), entry));
    }

    /** Deletes an entry. */
    @DELETE
    @Path("/{key}")
    public Uni<Void> delete(
            @PathParam("namespace") String namespace,
            @PathParam("key") String key,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return entries.delete(caller.get(), namespace, key, ifMatch);
    }

    /** The versions of an entry with the interval in which each was valid, newest first; for namespaces with a history. */
    @GET
    @Path("/{key}/versions")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = VersionPage.class)))
    public Uni<Response> versions(
            @PathParam("namespace") String namespace,
            @PathParam("key") String key,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return namespaces
                .versions(caller.get(), namespace, key, limit, cursor)
                .chain(page -> json.write(
                        page,
                        page.items().stream()
                                .mapToLong(EntryResource::estimatedBytes)
                                .sum()));
    }

    private static Response described(Response.ResponseBuilder answer, EntryView entry) {
        answer.type(MediaType.APPLICATION_JSON_TYPE)
                .tag(String.valueOf(entry.version()))
                .lastModified(Date.from(entry.updatedAt()))
                .header("Evenkeel-Created-At", entry.createdAt())
                .header("Evenkeel-Accessed-At", entry.accessedAt());
        if (entry.expiresAt() != null) {
            answer.header("Evenkeel-Expires-At", entry.expiresAt());
        }
        return answer.build();
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            throw ProblemException.invalid("as_of", "must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    static long estimatedBytes(List<EntryView> items) {
        return items.stream()
                .mapToLong(entry ->
                        ENTRY_JSON_BYTES + (entry.value() == null ? entry.key().length() : entry.sizeBytes()))
                .sum();
    }

    static long estimatedBytes(ChangeView change) {
        String value = change.value();
        return ENTRY_JSON_BYTES + (value == null ? 0 : value.length());
    }

    /** For the API description. */
    @Schema(name = "MemoryEntryPage")
    record EntryPage(List<EntryView> items, @Nullable String nextCursor) {}

    /** For the API description. */
    @Schema(name = "MemoryVersionPage")
    record VersionPage(List<ChangeView> items, @Nullable String nextCursor) {}
}
