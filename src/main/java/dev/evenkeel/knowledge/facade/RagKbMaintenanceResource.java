package dev.evenkeel.knowledge.facade;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Checks and repairs of rag-kb, under their old and their later paths. */
@Path("/")
@Authenticated
public class RagKbMaintenanceResource {
    private static final int ISSUE_JSON_BYTES = 600;
    private static final String SUCCESS = "success";

    private final RagKbUpkeep upkeep;
    private final RagKbQueue queue;
    private final JsonBodies json;
    private final CurrentCaller caller;

    RagKbMaintenanceResource(RagKbUpkeep upkeep, RagKbQueue queue, JsonBodies json, CurrentCaller caller) {
        this.upkeep = upkeep;
        this.queue = queue;
        this.json = json;
        this.caller = caller;
    }

    /**
     * How a repair is to be done.
     *
     * @param dryRun only count
     */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Order(@Nullable Boolean dryRun) {
        static final Order DEFAULT = new Order(null);

        boolean isDryRun() {
            return Boolean.TRUE.equals(dryRun);
        }
    }

    /** An order may have no body at all. */
    private <T> Uni<T> ordered(byte @Nullable [] body, BiFunction<Caller, Boolean, Uni<T>> work) {
        Caller by = caller.get();
        Uni<Order> order =
                body == null || body.length == 0 ? Uni.createFrom().item(Order.DEFAULT) : json.read(body, Order.class);
        return order.chain(asked -> work.apply(by, asked.isDryRun()));
    }

    // ---- Integrity
    // ---------------------------------------------------------------------------------------------------

    /** What documents lack. */
    @RegisterForReflection
    public record Integrity(long totalDocuments, long complete, long incomplete, List<Issue> issues) {}

    /** A document that lacks something. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Issue(
            String filePath,
            UUID documentId,
            String issue,
            @Nullable Long expected,
            @Nullable Long actual,
            String message) {
        static Issue of(RagKbUpkeep.Issue found) {
            return new Issue(
                    found.path(), found.documentId(), found.issue(), found.expected(), found.actual(), found.message());
        }
    }

    /** Documents that lack something. */
    @GET
    @Path("/documents/integrity")
    @Operation(hidden = true)
    public Uni<Response> integrity() {
        return upkeep.integrity(caller.get())
                .chain(found -> json.writeBuilt(
                        () -> new Integrity(
                                found.documents(),
                                found.documents() - found.incomplete(),
                                found.incomplete(),
                                found.issues().stream().map(Issue::of).toList()),
                        (long) found.issues().size() * ISSUE_JSON_BYTES));
    }

    /** What one document lacks. */
    @GET
    @Path("/documents/integrity/{path:.+}")
    @Operation(hidden = true)
    public Uni<Integrity> integrity(@PathParam("path") String path) {
        return upkeep.integrity(caller.get(), path).map(found -> {
            List<Issue> issues = found.map(Issue::of).stream().toList();
            return new Integrity(1, 1 - issues.size(), issues.size(), issues);
        });
    }

    // ---- Orphans
    // -----------------------------------------------------------------------------------------------------

    /** What became of orphans. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Orphans(
            String status,
            int orphansFound,
            @Nullable Integer orphansRepaired,
            @Nullable Integer orphansQueued,
            @Nullable Boolean dryRun,
            String message) {
        static Orphans of(RagKbUpkeep.Mended mended, @Nullable Boolean dryRun) {
            if (mended.found() == 0) {
                return new Orphans(SUCCESS, 0, 0, null, dryRun, "No orphaned files found");
            }
            return new Orphans(
                    SUCCESS,
                    mended.found(),
                    null,
                    mended.done(),
                    dryRun,
                    Boolean.TRUE.equals(dryRun)
                            ? "Would queue " + mended.found() + " orphaned files"
                            : "Queued " + mended.done() + " orphaned files for reindexing with HIGH priority");
        }
    }

    /** Queues documents that wait for a job that is not there. */
    @POST
    @Path("/repair-orphans")
    @Operation(hidden = true)
    public Uni<Orphans> repairOrphans() {
        return upkeep.repairOrphans(caller.get(), false).map(mended -> Orphans.of(mended, null));
    }

    /** The same under its later path. */
    @POST
    @Path("/api/maintenance/reindex-orphaned-files")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Orphans> reindexOrphaned(byte @Nullable [] body) {
        return ordered(
                body, (by, dryRun) -> upkeep.repairOrphans(by, dryRun).map(mended -> Orphans.of(mended, dryRun)));
    }

    // ---- Duplicates
    // --------------------------------------------------------------------------------------------------

    /** Text that is there more than once. */
    @RegisterForReflection
    public record Duplicates(
            String status,
            long totalDocuments,
            long totalChunks,
            Within withinDocumentDuplicates,
            Across crossDocumentDuplicates,
            String recommendation) {
        /** Within documents. */
        @RegisterForReflection
        public record Within(long count, long totalDuplicateChunks, String impact) {}

        /** Across documents. */
        @RegisterForReflection
        public record Across(
                long count, @JsonProperty("top_10") List<Shared> top10, String impact) {}

        /** A text of several documents. */
        @RegisterForReflection
        public record Shared(String contentPreview, long occurrences, List<String> documents) {
            static Shared of(RagKbUpkeep.Repeated found) {
                return new Shared(found.preview(), found.occurrences(), found.documents());
            }
        }

        static Duplicates of(RagKbUpkeep.Duplicates found) {
            return new Duplicates(
                    SUCCESS,
                    found.documents(),
                    found.chunks(),
                    new Within(
                            found.groups(),
                            found.repeated(),
                            found.groups() == 0
                                    ? "None"
                                    : "The documents themselves say it more than once; nothing was stored twice."),
                    new Across(
                            found.shared(),
                            found.most().stream().map(Shared::of).toList(),
                            found.shared() == 0 ? "None" : "Answers may show the same text of several documents."),
                    found.shared() == 0
                            ? "Nothing to do."
                            : "Delete the copies that are not wanted; nothing is deleted by itself.");
        }
    }

    /** Text that is there more than once. */
    @GET
    @Path("/database/check-duplicates")
    @Operation(hidden = true)
    public Uni<Response> checkDuplicates() {
        return upkeep.duplicates(caller.get())
                .chain(found ->
                        json.write(Duplicates.of(found), (long) found.most().size() * ISSUE_JSON_BYTES));
    }

    /** The same under its later path. */
    @GET
    @Path("/api/maintenance/find-duplicate-chunks")
    @Operation(hidden = true)
    public Uni<Response> findDuplicates() {
        return checkDuplicates();
    }

    /**
     * What became of chunks that were stored twice.
     *
     * @param duplicatesFound parts of documents that are stored as more than one chunk
     * @param documentsQueued documents that have such parts and are indexed again
     * @param finalChunkCount chunks of the knowledge base before those documents are indexed again
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cleaned(
            String status,
            long duplicatesFound,
            int chunksDeleted,
            @Nullable Integer documentsQueued,
            @Nullable Long finalChunkCount,
            @Nullable Boolean dryRun,
            String message) {
        static Cleaned of(RagKbUpkeep.Mended mended, long chunks, @Nullable Boolean dryRun) {
            return mended.found() == 0
                    ? new Cleaned(SUCCESS, 0, 0, null, null, dryRun, "No duplicates found")
                    : new Cleaned(
                            SUCCESS,
                            mended.parts(),
                            0,
                            mended.done(),
                            chunks,
                            dryRun,
                            "Documents with chunks that are stored twice are indexed again");
        }
    }

    /** Mends documents with chunks that were stored twice. */
    @POST
    @Path("/database/cleanup-duplicates")
    @Operation(hidden = true)
    public Uni<Cleaned> cleanUpDuplicates() {
        return cleaned(caller.get(), false, null);
    }

    /** The same under its later path. */
    @POST
    @Path("/api/maintenance/delete-duplicate-chunks")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Cleaned> deleteDuplicates(byte @Nullable [] body) {
        return ordered(body, (by, dryRun) -> cleaned(by, dryRun, dryRun));
    }

    private Uni<Cleaned> cleaned(Caller by, boolean dryRun, @Nullable Boolean shown) {
        return upkeep.removeRepeated(by, dryRun)
                .chain(mended -> upkeep.chunks(by).map(chunks -> Cleaned.of(mended, chunks, shown)));
    }

    // ---- Single documents
    // --------------------------------------------------------------------------------------------

    /** What became of documents. */
    public record Repaired(String status, boolean dryRun, int found, int changed, String message) {
        static Repaired of(RagKbUpkeep.Mended mended, boolean dryRun, String what) {
            String message = dryRun
                    ? "Would be " + what + ": " + mended.found() + " documents"
                    : mended.done() + " documents " + what;
            return new Repaired(SUCCESS, dryRun, mended.found(), mended.done(), message);
        }
    }

    /** Indexes documents again that failed. */
    @POST
    @Path("/api/maintenance/reindex-failed-documents")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Repaired> reindexFailed(byte @Nullable [] body) {
        return ordered(
                body,
                (by, dryRun) -> upkeep.reindexFailed(by, dryRun)
                        .map(mended -> Repaired.of(mended, dryRun, "queued for indexing")));
    }

    /** Deletes the records of documents that could not be read and whose bytes are not here. */
    @POST
    @Path("/api/maintenance/delete-empty-documents")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Repaired> deleteEmpty(byte @Nullable [] body) {
        return ordered(
                body,
                (by, dryRun) -> upkeep.deleteEmpty(by, dryRun).map(mended -> Repaired.of(mended, dryRun, "deleted")));
    }

    /** Indexes every document again. */
    @POST
    @Path("/api/maintenance/rebuild-embeddings")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Uni<Repaired> rebuild(byte @Nullable [] body) {
        return ordered(
                body,
                (by, dryRun) -> upkeep.reindexAll(by, dryRun)
                        .map(mended -> Repaired.of(mended, dryRun, "queued for indexing")));
    }

    /** The path of a document. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PathOrder(
            @NotBlank @Size(max = 1024) String path,
            @Nullable Boolean dryRun) {}

    /** Indexes the document of a path again. */
    @POST
    @Path("/api/maintenance/reindex-path")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Uni<Repaired> reindexPath(byte @Nullable [] body) {
        Caller by = caller.get();
        return json.read(body, PathOrder.class)
                .chain(order -> Boolean.TRUE.equals(order.dryRun())
                        ? queue.exists(by, order.path())
                                .replaceWith(Repaired.of(new RagKbUpkeep.Mended(1, 1, 0), true, "queued for indexing"))
                        : queue.reindexed(by, order.path())
                                .replaceWith(
                                        Repaired.of(new RagKbUpkeep.Mended(1, 1, 1), false, "queued for indexing")));
    }
}
