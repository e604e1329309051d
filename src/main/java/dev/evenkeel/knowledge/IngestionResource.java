package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Idempotency;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** How documents come into a collection: as JSON text or as files. */
@Path("/api/v1/collections/{id}")
@Tag(name = "documents")
@Authenticated
public class IngestionResource {
    private final DocumentService documents;
    private final UploadService uploads;
    private final JsonBodies json;
    private final CurrentCaller caller;

    IngestionResource(DocumentService documents, UploadService uploads, JsonBodies json, CurrentCaller caller) {
        this.documents = documents;
        this.uploads = uploads;
        this.json = json;
        this.caller = caller;
    }

    /** Stores a text; up to the configured size it is searchable when this request is answered. */
    @POST
    @Path("/documents")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewDocument.class)))
    @APIResponse(
            responseCode = "201",
            description = "Stored and searchable",
            content = @Content(schema = @Schema(implementation = AcceptedDocument.class)))
    @APIResponse(
            responseCode = "200",
            description = "This content is there already: `duplicate` is true",
            content = @Content(schema = @Schema(implementation = AcceptedDocument.class)))
    @APIResponse(
            responseCode = "202",
            description = "Stored; a job will index it",
            content = @Content(schema = @Schema(implementation = AcceptedDocument.class)))
    public Uni<Response> create(
            @PathParam("id") UUID collectionId,
            byte @Nullable [] body,
            @HeaderParam(Idempotency.HEADER) @Nullable String idempotencyKey) {
        Caller by = caller.get();
        return json.read(body, NewDocument.class)
                .chain(document -> documents.create(by, collectionId, document, idempotencyKey))
                .map(Answers::of);
    }

    /**
     * Takes files; each becomes a job of its own, and one that cannot be taken does not stop the others. The file name of
     * a part may be a path; a file of the same path is replaced, one with the same content is recognised.
     */
    @POST
    @Path("/files")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @APIResponse(
            responseCode = "202",
            description = "What became of each file",
            content = @Content(schema = @Schema(implementation = UploadResult.class)))
    public Uni<Response> upload(
            @PathParam("id") UUID collectionId,
            @RestForm("file") @Nullable List<FileUpload> files,
            @QueryParam("priority") @DefaultValue("normal") String priority) {
        return uploads.take(caller.get(), collectionId, files == null ? List.of() : files, priority)
                .map(result -> Response.accepted(result).build());
    }
}
