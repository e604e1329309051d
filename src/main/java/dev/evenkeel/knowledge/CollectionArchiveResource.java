package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Collections as portable archives. */
@Path("/api/v1/collections")
@Tag(name = "maintenance")
@Authenticated
public class CollectionArchiveResource {
    private final CollectionBackup backups;
    private final CollectionRestore restores;
    private final CurrentCaller caller;

    CollectionArchiveResource(CollectionBackup backups, CollectionRestore restores, CurrentCaller caller) {
        this.backups = backups;
        this.restores = restores;
        this.caller = caller;
    }

    /** The collection with its documents as a ZIP archive, sent as it is read. */
    @GET
    @Path("/{id}/backup")
    @Produces("application/zip")
    public RestMulti<Buffer> backup(@PathParam("id") UUID id) {
        return RestMulti.fromUniResponse(
                backups.of(caller.get(), id),
                CollectionBackup.Archive::bytes,
                archive ->
                        Map.of("Content-Disposition", List.of("attachment; filename=\"" + archive.fileName() + "\"")));
    }

    /**
     * A new collection from an archive, of the caller. It appears when it has all its documents; jobs index them then.
     *
     * @param name of the collection, that of the archive when absent
     */
    @POST
    @Path("/restore")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @APIResponse(
            responseCode = "201",
            description = "Restored",
            content = @Content(schema = @Schema(implementation = RestoredCollection.class)))
    public Uni<Response> restore(
            @RestForm("file") @Nullable List<FileUpload> files, @QueryParam("name") @Nullable String name) {
        if (files == null || files.size() != 1) {
            return Uni.createFrom().failure(ProblemException.invalid("file", "send one part named \"file\""));
        }
        return restores.restore(caller.get(), files.get(0).uploadedFile(), name)
                .map(restored -> Response.status(Response.Status.CREATED)
                        .location(URI.create(
                                "/api/v1/collections/" + restored.collection().id()))
                        .entity(restored)
                        .build());
    }
}
