package dev.evenkeel.knowledge.facade;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.facade.RagKbDocuments.Entry;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Documents as rag-kb lists, finds and deletes them. */
@Path("/")
@Authenticated
public class RagKbDocumentResource {
    /** An entry of a list is at most about this large as JSON. */
    private static final int ENTRY_JSON_BYTES = 400;

    private static final String SUCCESS = "success";

    private final RagKbDocuments documents;
    private final RagKbQueue queue;
    private final JsonBodies json;
    private final CurrentCaller caller;

    RagKbDocumentResource(RagKbDocuments documents, RagKbQueue queue, JsonBodies json, CurrentCaller caller) {
        this.documents = documents;
        this.queue = queue;
        this.json = json;
        this.caller = caller;
    }

    /** The list of documents. */
    @RegisterForReflection
    public record DocumentList(long totalDocuments, List<Item> documents) {
        /** One of them. */
        @RegisterForReflection
        @JsonInclude(JsonInclude.Include.ALWAYS)
        public record Item(String filePath, @Nullable Instant indexedAt, int chunkCount) {}
    }

    /** Indexed documents, those first that were indexed last. */
    @GET
    @Path("/documents")
    @Operation(hidden = true)
    public Uni<Response> list() {
        return documents
                .list(caller.get(), null)
                .chain(found -> json.writeBuilt(
                        () -> new DocumentList(
                                found.total(),
                                found.entries().stream()
                                        .map(entry -> new DocumentList.Item(
                                                entry.filePath(), entry.indexedAt(), entry.chunkCount()))
                                        .toList()),
                        (long) found.entries().size() * ENTRY_JSON_BYTES));
    }

    /** The documents of a pattern. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record FoundDocuments(@Nullable String pattern, long totalMatches, List<Item> documents) {
        /** One of them. */
        @RegisterForReflection
        @JsonInclude(JsonInclude.Include.ALWAYS)
        public record Item(
                UUID id,
                String filePath,
                String fileName,
                String fileHash,
                @Nullable Instant indexedAt,
                int chunkCount) {
            static Item of(Entry entry) {
                return new Item(
                        entry.id(),
                        entry.filePath(),
                        entry.fileName(),
                        entry.fileHash(),
                        entry.indexedAt(),
                        entry.chunkCount());
            }
        }
    }

    /** Documents with this in their paths. */
    @GET
    @Path("/documents/search")
    @Operation(hidden = true)
    public Uni<Response> search(@QueryParam("pattern") @Size(max = 1024) @Nullable String pattern) {
        return documents
                .list(caller.get(), pattern)
                .chain(found -> json.writeBuilt(
                        () -> new FoundDocuments(
                                pattern,
                                found.total(),
                                found.entries().stream()
                                        .map(FoundDocuments.Item::of)
                                        .toList()),
                        (long) found.entries().size() * ENTRY_JSON_BYTES));
    }

    /** How a document was read. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Extraction(
            String filePath,
            String extractionMethod,
            @Nullable Instant indexedAt) {}

    /** The document of a name or part of a path. */
    @GET
    @Path("/document/{filename:.+}")
    @Operation(hidden = true)
    public Uni<Extraction> find(@PathParam("filename") @Size(max = 1024) String filename) {
        return documents.find(caller.get(), filename).map(entry -> {
            String method = entry.extractionMethod();
            return new Extraction(entry.filePath(), method == null ? "unknown" : method, entry.indexedAt());
        });
    }

    /**
     * What was deleted.
     *
     * @param found whether there was such a document
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Deletion(
            String status,
            String filePath,
            boolean found,
            @Nullable UUID documentId,
            int chunksDeleted,
            boolean documentDeleted) {}

    /** Deletes a document; one that is not there is no error. */
    @DELETE
    @Path("/document/{path:.+}")
    @Operation(hidden = true)
    public Uni<Deletion> delete(@PathParam("path") String path) {
        return documents
                .delete(caller.get(), path)
                .map(deleted -> deleted.map(entry ->
                                new Deletion(SUCCESS, entry.filePath(), true, entry.id(), entry.chunkCount(), true))
                        .orElseGet(() -> new Deletion(SUCCESS, path, false, null, 0, false)));
    }

    /** A document that will be indexed again; what is found of it stays until then. */
    public record Reindexing(
            String status,
            String filePath,
            String action,
            Deletion deletion,
            boolean queued,
            String priority,
            long queueSize) {}

    /** Indexes a document again. */
    @POST
    @Path("/document/{path:.+}/reindex")
    @Operation(hidden = true)
    public Uni<Reindexing> reindex(@PathParam("path") String path) {
        return queue.reindexed(caller.get(), path)
                .map(status -> new Reindexing(
                        SUCCESS,
                        path,
                        "reindex",
                        new Deletion(SUCCESS, path, true, null, 0, false),
                        true,
                        "HIGH",
                        status.queued()));
    }
}
