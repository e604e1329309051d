package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.access.Roles;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Jobs over HTTP. */
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@Tag(name = "jobs")
public class JobResource {
    private final JobService jobs;
    private final JobKinds kinds;
    private final JobEvents events;
    private final CurrentCaller caller;
    private final Sse sse;

    JobResource(JobService jobs, JobKinds kinds, JobEvents events, CurrentCaller caller, Sse sse) {
        this.jobs = jobs;
        this.kinds = kinds;
        this.events = events;
        this.caller = caller;
        this.sse = sse;
    }

    @GET
    @Authenticated
    @Operation(summary = "Jobs, newest first")
    public Uni<Page<JobView>> list(
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("state") @Nullable String state,
            @QueryParam("subject_id") @Nullable String subjectId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return jobs.list(JobFilter.of(caller.get().reading(), kind, state, subjectId), limit(limit), cursor);
    }

    @GET
    @Path("/{id}")
    @Authenticated
    @Operation(summary = "One job with its progress and its attempts")
    public Uni<JobView> detail(@PathParam("id") String id) {
        return jobs.detail(caller.get().reading(), id(id));
    }

    @POST
    @Path("/{id}/cancel")
    @Authenticated
    @Operation(
            summary =
                    "Cancel a job: a queued one at once, a running one at its next step or while it waits for a model")
    public Uni<JobView> cancel(@PathParam("id") String id) {
        return jobs.cancel(caller.get().writing(), id(id));
    }

    @POST
    @Path("/{id}/retry")
    @Authenticated
    @Operation(summary = "Put a failed or cancelled job back into the queue")
    public Uni<JobView> retry(@PathParam("id") String id) {
        return jobs.retry(caller.get().writing(), id(id));
    }

    @POST
    @Path("/redrive")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.ADMINISTRATOR)
    @Operation(summary = "Put all failed jobs, or those of one kind, back into the queue")
    public Uni<Redriven> redrive(@Nullable Redrive request) {
        String kind = request == null ? null : request.kind();
        return jobs.redrive(kind == null ? null : kind(kind)).map(Redriven::new);
    }

    @GET
    @Path("/kinds")
    @RolesAllowed(Roles.ADMINISTRATOR)
    @Operation(summary = "Kinds of job and their queues")
    public Uni<Kinds> kinds() {
        return kinds.all().map(Kinds::new);
    }

    @POST
    @Path("/kinds/{kind}/pause")
    @RolesAllowed(Roles.ADMINISTRATOR)
    @Operation(summary = "Keep the queued jobs of a kind in the queue")
    public Uni<KindView> pause(@PathParam("kind") String kind) {
        return jobs.pause(kind(kind), true);
    }

    @POST
    @Path("/kinds/{kind}/resume")
    @RolesAllowed(Roles.ADMINISTRATOR)
    @Operation(summary = "Let the jobs of a paused kind start again")
    public Uni<KindView> resume(@PathParam("kind") String kind) {
        return jobs.pause(kind(kind), false);
    }

    @POST
    @Path("/kinds/{kind}/clear")
    @RolesAllowed(Roles.ADMINISTRATOR)
    @Operation(summary = "Cancel all queued jobs of a kind")
    public Uni<Cleared> clear(@PathParam("kind") String kind) {
        return jobs.clear(kind(kind)).map(Cleared::new);
    }

    @GET
    @Path("/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Authenticated
    @Operation(
            summary = "Changes of jobs as they happen",
            description = "Server-sent events: 'ready' when the stream has begun, 'job' with a job, 'resync' when"
                    + " changes were left out and the list should be read again. Last-Event-ID resumes.")
    public Multi<OutboundSseEvent> events(
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("state") @Nullable String state,
            @QueryParam("subject_id") @Nullable String subjectId,
            @HeaderParam("Last-Event-ID") @Nullable String lastEventId) {
        Context client = Objects.requireNonNull(Vertx.currentContext(), "a request has a context");
        Caller listener = caller.get();
        JobAudience audience = new JobAudience(
                listener.getName(), JobFilter.of(listener.reading(), kind, state, subjectId), caller.recheck());
        JobStream stream = events.open(audience, lastEventId, client);
        return Multi.createFrom().publisher(stream).map(this::toSse);
    }

    private OutboundSseEvent toSse(JobEvent event) {
        OutboundSseEvent.Builder builder = sse.newEventBuilder();
        String name = event.name();
        if (name == null) {
            return builder.comment("").build();
        }
        builder.name(name).data(String.class, event.data());
        String cursor = event.cursor();
        return cursor == null ? builder.build() : builder.id(cursor).build();
    }

    private static UUID id(String text) {
        UUID id = JobIds.parse(text);
        if (id == null) {
            throw ProblemException.notFound("job");
        }
        return id;
    }

    private static String kind(String text) {
        if (!NewJob.isKind(text)) {
            throw ProblemException.notFound("kind of job");
        }
        return text;
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return Page.DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= Page.MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one answer for every unacceptable limit.
        }
        throw ProblemException.invalid("limit", "must be a number from 1 to " + Page.MAX_LIMIT);
    }

    /** Which dead jobs to send again; all kinds when it names none. */
    public record Redrive(@Nullable String kind) {}

    /** How many jobs were put back into the queue. */
    public record Redriven(int redriven) {}

    /** How many jobs were cancelled. */
    public record Cleared(int cancelled) {}

    /** All kinds of job. */
    public record Kinds(List<KindView> items) {}
}
