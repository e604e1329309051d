package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
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
    private static final String COMPLETE = "Backup-Complete";
    private static final String LEFT_OUT = "Backup-Left-Out";

    /** JSON of a document that was skipped. */
    private static final long SKIPPED_BYTES = 300;

    private final CollectionBackup backups;
    private final CollectionRestore restores;
    private final JsonBodies json;
    private final CurrentCaller caller;

    CollectionArchiveResource(
            CollectionBackup backups, CollectionRestore restores, JsonBodies json, CurrentCaller caller) {
        this.backups = backups;
        this.restores = restores;
        this.json = json;
        this.caller = caller;
    }

    /**
     * The collection with its documents as a ZIP archive, sent as it is read. The trailers `Backup-Complete` and `Backup-Left-Out`, and
     * `end.json` in it, tell whether it has the content of every document; those that are not in it as they were are named in it below
     * `left-out/`.
     */
    @GET
    @Path("/{id}/backup")
    @Produces("application/zip")
    public RestMulti<Buffer> backup(@PathParam("id") UUID id, @Context HttpServerResponse response) {
        return RestMulti.fromUniResponse(
                backups.of(caller.get(), id),
                archive -> archive.bytes()
                        .onCompletion()
                        .invoke(() -> response.putTrailer(
                                        COMPLETE, String.valueOf(archive.tally().isComplete()))
                                .putTrailer(
                                        LEFT_OUT, String.valueOf(archive.tally().leftOut()))),
                archive -> Map.of(
                        "Content-Disposition",
                        List.of("attachment; filename=\"" + archive.fileName() + "\""),
                        "Trailer",
                        List.of(COMPLETE + ", " + LEFT_OUT)));
    }

    /**
     * Begins to make a new collection from an archive, of the caller. It appears when it has all its documents; jobs index them then.
     *
     * @param name of the collection, that of the archive when absent
     * @param dryRun only read the archive to its end and report what would be done
     */
    @POST
    @Path("/restore")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @APIResponse(
            responseCode = "202",
            description = "The archive is whole and stored, and a job restores it; the report is where `Location` says",
            content = @Content(schema = @Schema(implementation = RestoreReport.class)))
    public Uni<Response> restore(
            @RestForm("file") @Nullable List<FileUpload> files,
            @QueryParam("name") @Nullable String name,
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun) {
        if (files == null || files.size() != 1) {
            return Uni.createFrom().failure(ProblemException.invalid("file", "send one part named \"file\""));
        }
        return restores.begin(caller.get(), files.get(0).uploadedFile(), name, dryRun)
                .map(report -> Response.accepted(report)
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .header(HttpHeaders.LOCATION, "/api/v1/collections/restore/" + report.id())
                        .build());
    }

    /** What a restore has done so far, or in a dry run would do. */
    @GET
    @Path("/restore/{restore_id}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = RestoreReport.class)))
    public Uni<Response> restore(@PathParam("restore_id") UUID id) {
        return restores.report(caller.get(), id)
                .chain(report -> json.write(report, (long) report.skipped().size() * SKIPPED_BYTES));
    }
}
