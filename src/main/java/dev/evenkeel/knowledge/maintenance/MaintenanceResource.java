package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.JsonBodies;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Maintenance of a collection, for its owner and administrators. */
@Path("/api/v1/collections/{id}")
@Tag(name = "maintenance")
@Authenticated
public class MaintenanceResource {
    private static final String LATEST = "latest";

    /** JSON of one finding, with the paths of ten documents. */
    private static final long FINDING_BYTES = 600;

    private final MaintenanceService maintenance;
    private final JsonBodies json;
    private final CurrentCaller caller;

    MaintenanceResource(MaintenanceService maintenance, JsonBodies json, CurrentCaller caller) {
        this.maintenance = maintenance;
        this.json = json;
        this.caller = caller;
    }

    /**
     * Begins maintenance: `duplicates`, `integrity`, `orphans`, `rebuild-postings` or `re-chunk`. What can change something needs
     * `dry_run`; the other kinds take an empty body.
     */
    @POST
    @Path("/maintenance/{run}")
    @Consumes(MediaType.WILDCARD)
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MaintenanceRequest.class)))
    @APIResponse(
            responseCode = "202",
            description = "A job does it; the report is where `Location` says",
            content = @Content(schema = @Schema(implementation = MaintenanceReport.class)))
    public Uni<Response> start(@PathParam("id") UUID id, @PathParam("run") String operation, byte @Nullable [] body) {
        Caller by = caller.get();
        MaintenanceOperation wanted = MaintenanceOperation.ofWireName(operation);
        Uni<MaintenanceRequest> request = body == null || body.length == 0
                ? Uni.createFrom().item(MaintenanceRequest.EMPTY)
                : json.read(body, MaintenanceRequest.class);
        return request.chain(asked -> maintenance.start(by, id, wanted, asked))
                .map(report -> Response.accepted(report)
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .header(HttpHeaders.LOCATION, "/api/v1/collections/" + id + "/maintenance/" + report.jobId())
                        .build());
    }

    /** A report: that of a job by its id, or the `latest`, of one operation if named. */
    @GET
    @Path("/maintenance/{run}")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = MaintenanceReport.class)))
    public Uni<Response> report(
            @PathParam("id") UUID id,
            @PathParam("run") String job,
            @QueryParam("operation") @Nullable String operation) {
        MaintenanceOperation only = operation == null ? null : MaintenanceOperation.ofWireName(operation);
        return maintenance
                .report(caller.get(), id, job.equals(LATEST) ? null : jobId(job), only)
                .chain(report -> json.write(report, report.findings().size() * FINDING_BYTES));
    }

    private static UUID jobId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("report");
        }
    }

    /** What the collection lacks: documents by state, without chunks or vectors, failed and why. */
    @GET
    @Path("/completeness")
    public Uni<CompletenessReport> completeness(@PathParam("id") UUID id) {
        return maintenance.completeness(caller.get(), id);
    }
}
